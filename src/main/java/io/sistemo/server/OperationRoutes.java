package io.sistemo.server;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sistemo.api.ErrorCode;
import io.sistemo.operation.AuditQuery;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationService;
import java.util.UUID;
import java.util.regex.Pattern;

/** Operations: look at, follow, cancel; and the audit log that they form. */
final class OperationRoutes {
    private static final String OPERATION = "/api/v1/operations/{id}";
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 1000;

    private final OperationService operations;
    private final JsonExchange json;
    private final EventStream events;

    OperationRoutes(OperationService operations, JsonExchange json) {
        this.operations = operations;
        this.json = json;
        this.events = new EventStream(operations, json);
    }

    void register(HttpRules routing) {
        Resource.at(routing, OPERATION).get(this::show).delete(this::cancel).only();
        Resource.at(routing, OPERATION + "/events")
                .get((request, response) -> events.send(id(request), response))
                .only();
        Resource.at(routing, "/api/v1/audit-log").get(this::history).only();
    }

    private void show(ServerRequest request, ServerResponse response) {
        json.send(response, Status.OK_200, WireRecords.operation(operations.require(id(request))));
    }

    /** Answers as soon as the operation was asked to stop; the rollback is followed like any other phase. */
    private void cancel(ServerRequest request, ServerResponse response) {
        OperationId id = id(request);
        operations.cancel(id);
        json.send(response, Status.ACCEPTED_202, WireRecords.operation(operations.require(id)));
    }

    private void history(ServerRequest request, ServerResponse response) {
        AuditQuery query = new AuditQuery(
                number(request, "limit", DEFAULT_LIMIT, MAX_LIMIT),
                number(request, "offset", 0, Integer.MAX_VALUE),
                request.query().first("action").asOptional(),
                request.query().first("target").asOptional());
        json.send(response, Status.OK_200, WireRecords.auditLog(operations.history(query)));
    }

    private static OperationId id(ServerRequest request) {
        String text = request.path().pathParameters().get("id");
        if (!UUID_TEXT.matcher(text).matches()) {
            throw new FailedRequest(ErrorCode.NOT_FOUND, "There is no such operation.");
        }
        return new OperationId(UUID.fromString(text));
    }

    private static int number(ServerRequest request, String name, int otherwise, int max) {
        String text = request.query().first(name).orElse(Integer.toString(otherwise));
        int value;
        try {
            value = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            value = -1;
        }
        if (value < 0 || value > max) {
            throw new FailedRequest(
                    ErrorCode.BAD_INPUT, "The parameter " + name + " is a number from 0 to " + max + ".");
        }
        return value;
    }
}
