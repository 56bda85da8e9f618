package io.sistemo.server;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.NetworkList;
import io.sistemo.api.NetworkRequest;
import io.sistemo.network.NetworkService;
import io.sistemo.network.NetworkSpec;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import java.util.Optional;

/** Networks: list, create, look at, delete. */
final class NetworkRoutes {
    private static final String NETWORKS = "/api/v1/networks";

    private final NetworkService networks;
    private final OperationAnswers operations;
    private final JsonExchange json;

    NetworkRoutes(NetworkService networks, OperationAnswers operations, JsonExchange json) {
        this.networks = networks;
        this.operations = operations;
        this.json = json;
    }

    void register(HttpRules routing) {
        Resource.at(routing, NETWORKS).get(this::list).post(this::create).only();
        Resource.at(routing, NETWORKS + "/{id}")
                .get(this::show)
                .delete(this::delete)
                .only();
    }

    private void list(ServerRequest request, ServerResponse response) {
        json.send(
                response,
                Status.OK_200,
                new NetworkList(
                        networks.list().stream().map(WireRecords::network).toList()));
    }

    private void create(ServerRequest request, ServerResponse response) {
        NetworkRequest asked = json.read(request, NetworkRequest.class);
        String name = asked.name();
        if (name == null) {
            throw new FailedRequest(ErrorCode.BAD_INPUT, "The request has no name.");
        }
        OperationId id = networks.create(
                new NetworkSpec(name, Optional.ofNullable(asked.subnet()), Optional.ofNullable(asked.bridgeName())));
        operations.send(request, response, id, Status.CREATED_201, this::network);
    }

    private void show(ServerRequest request, ServerResponse response) {
        json.send(response, Status.OK_200, WireRecords.network(networks.require(MachineRoutes.reference(request))));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        json.readNothing(request);
        OperationId id = networks.delete(MachineRoutes.reference(request));
        operations.send(request, response, id, Status.OK_200, WireRecords::operation);
    }

    private Object network(Operation ended) {
        return WireRecords.network(networks.require(ended.targetId()));
    }
}
