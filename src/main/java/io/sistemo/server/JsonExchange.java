package io.sistemo.server;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sistemo.api.ApiJson;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.MalformedJsonException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Reads bodies and writes answers: JSON both ways. */
final class JsonExchange {
    /** Largest body of a request. */
    static final int MAX_BODY_BYTES = 1 << 20;

    /** How much more is read of a body that is too large, so that its sender gets to see the answer. */
    static final int MAX_DISCARDED_BYTES = 16 << 20;

    private static final Header JSON = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");
    private static final Header NO_STORE = HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");
    private static final Header RETRY_AFTER = HeaderValues.createCached(HeaderNames.RETRY_AFTER, "2");

    private final ApiJson json = ApiJson.strict();

    /**
     * The body as a record.
     *
     * @throws FailedRequest when there is none, or it is not JSON, too large, or not such a record
     */
    <T> T read(ServerRequest request, Class<T> type) {
        requireJson(request);
        byte[] body = bytes(request);
        if (body.length == 0) {
            throw new FailedRequest(ErrorCode.BAD_INPUT, "The request needs a body, as application/json.");
        }
        try {
            return json.read(type, body);
        } catch (MalformedJsonException e) {
            throw new FailedRequest(Failure.of(e), e);
        }
    }

    /**
     * Takes the body of a request that needs none.
     *
     * @throws FailedRequest when there is one that is not JSON or is too large
     */
    void readNothing(ServerRequest request) {
        requireJson(request);
        bytes(request);
    }

    /** Answers with a record. */
    void send(ServerResponse response, Status status, Object record) {
        response.status(status).header(JSON).header(NO_STORE);
        response.send(json.writeBytes(record));
    }

    /** Answers with a failure. */
    void send(ServerResponse response, Failure failure) {
        if (failure.code() == ErrorCode.UNAVAILABLE) {
            response.header(RETRY_AFTER);
        }
        send(response, Status.create(failure.code().status()), failure.body());
    }

    /** The record as JSON, for streams. */
    String write(Object record) {
        return json.write(record);
    }

    /** Reads a message of a stream. */
    <T> T read(Class<T> type, byte[] message) throws MalformedJsonException {
        return json.read(type, message);
    }

    /** Forms of foreign pages can send text, but not this type without being asked first (CORS). */
    private static void requireJson(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return;
        }
        Optional<String> type = request.headers().first(HeaderNames.CONTENT_TYPE);
        String media = type.map(text -> text.split(";", 2)[0].strip()).orElse("");
        if (!media.equalsIgnoreCase("application/json")) {
            throw new FailedRequest(
                    ErrorCode.NOT_JSON,
                    "The body must be application/json, not " + (media.isEmpty() ? "of no type" : media) + ".");
        }
    }

    private static byte[] bytes(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        try (InputStream stream = request.content().inputStream()) {
            byte[] body = stream.readNBytes(MAX_BODY_BYTES);
            if (stream.read() < 0) {
                return body;
            }
            stream.skip(MAX_DISCARDED_BYTES);
            throw new FailedRequest(ErrorCode.BODY_TOO_LARGE, "The body is larger than 1 MiB.");
        } catch (IOException e) {
            throw new UncheckedIOException("the client's body ended early", e);
        }
    }
}
