package io.sistemo.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code exec true} on a warm connection to the guest, against ssh over an open ControlMaster to the same guest: by one
 * client that stays (streamed, and as one request), and as a user types it, with the start of our program each time. The
 * reference is a process each time, too.
 */
final class ExecBenchmark {
    private static final int WARM_UP_TIMES = 40;
    private static final int TIMES = 25;
    private static final String START =
            "{\"type\":\"exec\",\"command\":\"true\",\"tty\":false,\"rows\":0,\"cols\":0,\"timeout_sec\":null}";
    private static final byte[] NO_INPUT = {0};

    private ExecBenchmark() {}

    /** Something that can be done again and again. */
    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    static List<Measurement> run(Installation installation) throws Exception {
        installation.sistemo("machine", "deploy", "debian", "--name", "bench", "--vcpus", "1");
        List<String> ssh = GuestSsh.command(
                installation,
                installation.field("bench", "ip_address"),
                "true",
                "ControlMaster=auto",
                "ControlPersist=300");
        Commands.run(ssh);
        List<String> exec = installation.command("machine", "exec", "bench", "true");
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<Work> works = List.of(
                    () -> Commands.run(ssh), () -> stream(client), () -> request(client), () -> Commands.run(exec));
            for (int i = 0; i < WARM_UP_TIMES; i++) {
                stream(client);
                request(client);
            }
            double[] medians = mediansInTurn(works);
            installation.sistemo("machine", "delete", "bench", "-y");
            return List.of(
                    ratio("exec true, streamed, by a client that stays / ssh", medians[1], medians[0]),
                    ratio("exec true, one request, by a client that stays / ssh", medians[2], medians[0]),
                    ratio("sistemo machine exec true / ssh", medians[3], medians[0]));
        }
    }

    private static Measurement ratio(String name, double ours, double ssh) {
        return Measurement.ratio(name, ours, ssh, "ms", 1.3);
    }

    /** Medians in milliseconds of several things that are done in turn, so that all meet the same noise. */
    private static double[] mediansInTurn(List<Work> works) throws Exception {
        List<List<Double>> took = new ArrayList<>();
        works.forEach(work -> took.add(new ArrayList<>()));
        for (int i = 0; i < TIMES; i++) {
            for (int which = 0; which < works.size(); which++) {
                long began = System.nanoTime();
                works.get(which).run();
                took.get(which).add((System.nanoTime() - began) / 1e6);
            }
        }
        return took.stream().mapToDouble(Commands::median).toArray();
    }

    /** What {@code machine exec} does: a WebSocket for each command. */
    private static void stream(HttpClient client) throws Exception {
        EndOfCommand end = new EndOfCommand();
        WebSocket socket = client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:7777/api/v1/machines/bench/exec/stream"), end)
                .join();
        socket.sendText(START, true).join();
        socket.sendBinary(ByteBuffer.wrap(NO_INPUT), true).join();
        requireSuccess(end.message.join());
        socket.abort();
    }

    private static void request(HttpClient client) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:7777/api/v1/machines/bench/exec"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"script\":\"true\"}"))
                .build();
        requireSuccess(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private static void requireSuccess(String answer) throws IOException {
        if (!answer.contains("\"exit_code\":0")) {
            throw new IOException("the command did not succeed: " + answer);
        }
    }

    /** Waits for the one text message that the daemon sends. */
    private static final class EndOfCommand implements WebSocket.Listener {
        private final CompletableFuture<String> message = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                message.complete(text.toString());
            }
            socket.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable thrown) {
            message.completeExceptionally(thrown);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            message.completeExceptionally(new IOException("closed before the command's end"));
            return null;
        }
    }
}
