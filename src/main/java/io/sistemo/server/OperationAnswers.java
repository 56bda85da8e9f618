package io.sistemo.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sistemo.api.ErrorCode;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationService;
import java.util.Locale;
import java.util.function.Function;

/**
 * Answers a request that began an operation: at once with the operation when the client prefers that (RFC 7240), else with
 * its outcome when it has ended. A client that goes away meanwhile changes nothing; only deleting the operation cancels it.
 */
final class OperationAnswers {
    private static final HeaderName PREFER = HeaderNames.create("Prefer");
    private static final HeaderName PREFERENCE_APPLIED = HeaderNames.create("Preference-Applied");
    private static final String RESPOND_ASYNC = "respond-async";

    private final OperationService operations;
    private final JsonExchange json;

    OperationAnswers(OperationService operations, JsonExchange json) {
        this.operations = operations;
        this.json = json;
    }

    /**
     * Answers.
     *
     * @param success the status when it succeeded and the client waited
     * @param outcome what is told then
     */
    void send(
            ServerRequest request,
            ServerResponse response,
            OperationId id,
            Status success,
            Function<Operation, Object> outcome) {
        if (prefersAsync(request)) {
            response.header(HeaderNames.LOCATION, "/api/v1/operations/" + id);
            response.header(PREFERENCE_APPLIED, RESPOND_ASYNC);
            json.send(response, Status.ACCEPTED_202, WireRecords.operation(operations.require(id)));
            return;
        }
        json.send(response, success, outcome.apply(requireSuccess(id)));
    }

    /**
     * Waits for its end.
     *
     * @throws FailedRequest when it did not succeed
     */
    Operation requireSuccess(OperationId id) {
        Operation ended = awaitEnd(id);
        return switch (ended.state()) {
            case SUCCEEDED -> ended;
            case FAILED -> throw failed(ended, ErrorCode.FAILED);
            case CANCELLED -> throw failed(ended, ErrorCode.CANCELLED);
            case RUNNING -> throw new IllegalStateException("operation " + id + " runs after its end");
        };
    }

    private Operation awaitEnd(OperationId id) {
        try {
            return operations.awaitEnd(id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailedRequest(
                    new Failure(
                            ErrorCode.UNAVAILABLE,
                            "The daemon is stopping; what was begun goes on as operation " + id + "."),
                    e);
        }
    }

    private static FailedRequest failed(Operation ended, ErrorCode otherwise) {
        ErrorCode code = ended.code().map(Failure::codeOf).orElse(otherwise);
        String sentence = ended.error().orElse(ended.action() + " of " + ended.targetName() + " did not succeed.");
        return new FailedRequest(code, sentence);
    }

    private static boolean prefersAsync(ServerRequest request) {
        return request.headers().values(PREFER).stream()
                .map(text -> text.toLowerCase(Locale.ROOT))
                .anyMatch(text -> text.contains(RESPOND_ASYNC));
    }
}
