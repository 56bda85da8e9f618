package io.sistemo.server;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import io.sistemo.api.OperationEvent;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationService;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** An operation's progress as server-sent events (WHATWG HTML, section 9.2), until it ends or the client goes away. */
final class EventStream {
    /** Each event carries the whole operation, so a client that is too slow loses steps, but not the truth. */
    private static final int MAX_WAITING = 256;

    /** A client that went away is noticed when something is written to it. */
    private static final int HEARTBEAT_SECONDS = 10;

    private final OperationService operations;
    private final JsonExchange json;

    EventStream(OperationService operations, JsonExchange json) {
        this.operations = operations;
        this.json = json;
    }

    void send(OperationId id, ServerResponse response) {
        BlockingQueue<Operation> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
        try (OperationService.Subscription _ = operations.subscribe(id, operation -> offer(waiting, operation))) {
            response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
            response.header(HeaderNames.CACHE_CONTROL, "no-store");
            try (OutputStream stream = response.outputStream()) {
                pump(waiting, stream);
            }
        } catch (IOException e) {
            // The client went away; the operation goes on without a listener.
            return;
        } catch (InterruptedException e) {
            // The daemon stops: the stream ends without an end event, and the client may ask again.
            Thread.currentThread().interrupt();
        }
    }

    private void pump(BlockingQueue<Operation> waiting, OutputStream stream) throws IOException, InterruptedException {
        long sequence = 0;
        boolean ended = false;
        while (!ended) {
            Operation operation = waiting.poll(HEARTBEAT_SECONDS, TimeUnit.SECONDS);
            if (operation == null) {
                write(stream, ":\n\n");
            } else {
                ended = operation.state().ended();
                sequence++;
                OperationEvent event =
                        new OperationEvent(sequence, Instant.now().toString(), WireRecords.operation(operation));
                write(stream, "event: " + (ended ? "end" : "progress") + "\ndata: " + json.write(event) + "\n\n");
            }
        }
    }

    private static void write(OutputStream stream, String text) throws IOException {
        stream.write(text.getBytes(StandardCharsets.UTF_8));
        stream.flush();
    }

    private static void offer(BlockingQueue<Operation> waiting, Operation operation) {
        while (!waiting.offer(operation)) {
            waiting.poll();
        }
    }
}
