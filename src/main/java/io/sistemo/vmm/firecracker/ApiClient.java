package io.sistemo.vmm.firecracker;

import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;
import io.sistemo.host.HostException;
import io.sistemo.host.Sockets;
import io.sistemo.jsonb.GeneratedJsonComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks one Firecracker over its API socket: HTTP/1.1, a connection for each request. Everything is bounded: a request must be
 * smaller than what Firecracker takes (50 KiB by default), its answer than 64 KiB, and it has a time.
 */
final class ApiClient {
    private static final Jsonb JSONB =
            Jsonb.builder().add(new GeneratedJsonComponent()).build();
    private static final int SUCCESS = 2;
    private static final int CLIENT_ERROR = 4;

    private final Sockets sockets;
    private final Path socket;
    private final Duration patience;

    /**
     * A client of one process.
     *
     * @param patience for each request
     */
    ApiClient(Sockets sockets, Path socket, Duration patience) {
        this.sockets = sockets;
        this.socket = socket;
        this.patience = patience;
    }

    /**
     * Asks.
     *
     * @return the answer's body; empty when nobody listens at the socket
     * @throws HostException with one line when it was refused, or no answer was understood in time
     */
    Optional<String> ask(ApiRequest request) {
        Optional<byte[]> heard;
        try {
            heard = sockets.exchange(socket, render(request), HttpAnswer::isWhole, patience);
        } catch (HostException e) {
            throw failed(request, e);
        }
        return heard.map(bytes -> body(request, bytes));
    }

    /** A request as it is sent. Pure. */
    static byte[] render(ApiRequest request) {
        String head = request.method() + " " + request.path()
                + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n";
        if (request instanceof ApiRequest.Question) {
            return (head + "\r\n").getBytes(StandardCharsets.UTF_8);
        }
        String json = JSONB.toJson(request);
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        return (head + "Content-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n" + json)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String body(ApiRequest request, byte[] heard) {
        HttpAnswer answer;
        try {
            answer = HttpAnswer.parse(heard);
        } catch (HostException e) {
            throw failed(request, e);
        }
        int kind = answer.status() / 100;
        if (kind == SUCCESS) {
            return answer.body();
        }
        throw new HostException("Firecracker " + (kind == CLIENT_ERROR ? "refused to " : "failed to ")
                + request.purpose() + ": " + OneLine.of(fault(answer.body()), "it answered " + answer.status()));
    }

    /**
     * Reads an answer's body.
     *
     * @throws HostException when it is not what was asked for
     */
    static <T> T read(ApiRequest request, String body, Class<T> type) {
        try {
            return JSONB.type(type).fromJson(body);
        } catch (JsonException | IllegalArgumentException | IllegalStateException | NullPointerException e) {
            throw new HostException(
                    "Firecracker was asked to " + request.purpose() + " and said " + OneLine.of(body, "nothing"), e);
        }
    }

    private static String fault(String body) {
        try {
            String message = JSONB.type(Fault.class).fromJson(body).faultMessage();
            return message == null ? body : message;
        } catch (JsonException | IllegalArgumentException | IllegalStateException | NullPointerException e) {
            // Not as it should be; whatever it says may help.
            return body;
        }
    }

    private static HostException failed(ApiRequest request, HostException cause) {
        return new HostException("Firecracker was asked to " + request.purpose() + ": " + cause.getMessage(), cause);
    }
}
