package io.sistemo.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Programs as children of this process. */
public final class LinuxPrograms implements Programs {
    private static final int OUTPUT_LIMIT_CHARACTERS = 8 << 20;
    private static final int ERRORS_LIMIT_CHARACTERS = 1 << 20;

    @Override
    public ProgramResult run(ProgramCall call) {
        Process process = start(call);
        try {
            return follow(call, process);
        } catch (InterruptedException e) {
            killTree(process);
            Thread.currentThread().interrupt();
            throw new HostException(call.program() + " was interrupted", e);
        } catch (CompletionException e) {
            killTree(process);
            throw new HostException("could not read what " + call.program() + " printed", e);
        }
    }

    private static Process start(ProgramCall call) {
        ProcessBuilder builder = new ProcessBuilder(call.command());
        builder.environment().putAll(call.environment());
        call.directory().ifPresent(directory -> builder.directory(directory.toFile()));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new HostException("cannot start " + call.program() + ": is it installed and in the path?", e);
        }
    }

    private static ProgramResult follow(ProgramCall call, Process process) throws InterruptedException {
        CompletableFuture<String> output =
                onVirtualThread(() -> read(process.getInputStream(), OUTPUT_LIMIT_CHARACTERS, line -> {}));
        CompletableFuture<String> errors =
                onVirtualThread(() -> read(process.getErrorStream(), ERRORS_LIMIT_CHARACTERS, call.onErrorLine()));
        CompletableFuture<String> input = onVirtualThread(() -> write(process.getOutputStream(), call.input()));
        if (!process.waitFor(call.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
            killTree(process);
            throw new HostException(
                    call.program() + " did not end within " + call.timeout().toSeconds() + " s and was killed");
        }
        input.join();
        return new ProgramResult(process.exitValue(), output.join(), errors.join());
    }

    private static CompletableFuture<String> onVirtualThread(Work work) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(work.run());
            } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Reads to the end even past the limit, or the program would block on a full pipe. */
    private static String read(InputStream stream, int limitCharacters, Consumer<String> onLine) throws IOException {
        StringBuilder text = new StringBuilder();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            while (line != null) {
                onLine.accept(line);
                if (text.length() + line.length() < limitCharacters) {
                    text.append(line).append('\n');
                }
                line = reader.readLine();
            }
        }
        return text.toString();
    }

    private static String write(OutputStream stream, String input) {
        try (stream) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The program ended without reading it all; its exit code says whether that matters.
            return "";
        }
        return "";
    }

    private static void killTree(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Work that may fail to read or write. */
    private interface Work {
        String run() throws IOException;
    }
}
