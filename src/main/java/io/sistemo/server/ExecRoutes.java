package io.sistemo.server;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.ExecRequest;
import io.sistemo.api.ExecResponse;
import io.sistemo.guest.GuestAddress;
import io.sistemo.guest.GuestCommand;
import io.sistemo.guest.Guests;
import io.sistemo.guest.TerminalSize;
import io.sistemo.machine.MachineService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A script that is run to its end and then answered; and the plain answer of the streaming route. */
final class ExecRoutes {
    private static final String EXEC = "/api/v1/machines/{id}/exec";
    private static final int DEFAULT_SECONDS = 30;
    private static final int MAX_SECONDS = 120;
    private static final int MAX_OUTPUT_BYTES = 1 << 20;

    /** Longer scripts travel as input: a guest takes only short command lines. */
    private static final int LONGEST_COMMAND_BYTES = 4 << 10;

    private final MachineService machines;
    private final Guests guests;
    private final JsonExchange json;

    ExecRoutes(Services services, JsonExchange json) {
        this.machines = services.machines();
        this.guests = services.guests();
        this.json = json;
    }

    void register(HttpRules routing) {
        Resource.at(routing, EXEC).post(this::run).only();
        Resource.at(routing, EXEC + "/stream").get(this::notUpgraded).only();
    }

    private void run(ServerRequest request, ServerResponse response) throws InterruptedException {
        ExecRequest exec = json.read(request, ExecRequest.class);
        int seconds = exec.timeoutSec() == null ? DEFAULT_SECONDS : exec.timeoutSec();
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new FailedRequest(
                    ErrorCode.BAD_INPUT, "The value of timeout_sec is a number from 1 to " + MAX_SECONDS + ".");
        }
        GuestAddress guest = machines.guest(MachineRoutes.reference(request));
        byte[] script = exec.script().getBytes(StandardCharsets.UTF_8);
        boolean asInput = script.length > LONGEST_COMMAND_BYTES;
        try (GuestCommand command =
                guests.start(guest, asInput ? "eval \"$(cat)\"" : exec.script(), TerminalSize.NONE)) {
            FutureTask<Void> input = inBackground(() -> send(command, asInput ? script : new byte[0]));
            FutureTask<String> output = inBackground(() -> collect(command.output()));
            FutureTask<String> errors = inBackground(() -> collect(command.errors()));
            long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            OptionalInt exit = command.awaitExit(Duration.ofSeconds(seconds));
            if (exit.isEmpty() && System.nanoTime() >= deadline) {
                throw new FailedRequest(
                        ErrorCode.TIMED_OUT, "The script did not end within " + seconds + " s and was hung up on.");
            }
            Integer code = exit.isPresent() ? (Integer) exit.getAsInt() : null;
            json.send(response, Status.OK_200, new ExecResponse(code, result(output), result(errors)));
            input.cancel(true);
        }
    }

    /** Reached when the request is no WebSocket upgrade, or the machine cannot be talked to: say which. */
    private void notUpgraded(ServerRequest request, ServerResponse response) {
        machines.guest(MachineRoutes.reference(request));
        throw new FailedRequest(ErrorCode.BAD_INPUT, "This route is a WebSocket; the request is no upgrade to one.");
    }

    private static Void send(GuestCommand command, byte[] script) throws IOException {
        try (OutputStream input = command.input()) {
            input.write(script);
        }
        return null;
    }

    /** Reads to the end even past the limit, or the command would wait for ever on a full pipe. */
    private static String collect(InputStream stream) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 << 10];
        int count = stream.read(buffer);
        while (count >= 0) {
            kept.write(buffer, 0, Math.min(count, MAX_OUTPUT_BYTES - kept.size()));
            count = stream.read(buffer);
        }
        return kept.toString(StandardCharsets.UTF_8);
    }

    private static String result(FutureTask<String> text) throws InterruptedException {
        try {
            return text.get();
        } catch (ExecutionException e) {
            throw new FailedRequest(new Failure(ErrorCode.FAILED, "The connection to the guest was lost."), e);
        }
    }

    private static <T> FutureTask<T> inBackground(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofVirtual().name("exec").start(task);
        return task;
    }
}
