package io.sistemo.server;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sistemo.api.ImageList;
import io.sistemo.api.PullRequest;
import io.sistemo.image.ImageService;
import io.sistemo.operation.Operation;

/** Images: list, pull, delete. */
final class ImageRoutes {
    private static final String IMAGES = "/api/v1/images";

    private final ImageService images;
    private final OperationAnswers operations;
    private final JsonExchange json;

    ImageRoutes(ImageService images, OperationAnswers operations, JsonExchange json) {
        this.images = images;
        this.operations = operations;
        this.json = json;
    }

    void register(HttpRules routing) {
        Resource.at(routing, IMAGES).get(this::list).only();
        Resource.at(routing, IMAGES + "/pull").post(this::pull).only();
        Resource.at(routing, IMAGES + "/{id}").delete(this::delete).only();
    }

    private void list(ServerRequest request, ServerResponse response) {
        json.send(
                response,
                Status.OK_200,
                new ImageList(images.list().stream().map(WireRecords::image).toList()));
    }

    private void pull(ServerRequest request, ServerResponse response) {
        PullRequest pull = json.read(request, PullRequest.class);
        operations.send(request, response, images.pull(pull.name()), Status.OK_200, ImageRoutes::ended);
    }

    private void delete(ServerRequest request, ServerResponse response) {
        json.readNothing(request);
        String name = request.path().pathParameters().get("id");
        operations.send(request, response, images.delete(name), Status.OK_200, ImageRoutes::ended);
    }

    private static Object ended(Operation operation) {
        return WireRecords.operation(operation);
    }
}
