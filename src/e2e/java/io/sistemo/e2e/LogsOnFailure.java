package io.sistemo.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** When a test has failed, prints what its daemon has logged, and what its machines and their VMMs said at last. */
final class LogsOnFailure implements TestWatcher {
    private static final int LINES = 60;

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        context.getTestInstance()
                .filter(DaemonTest.class::isInstance)
                .map(DaemonTest.class::cast)
                .ifPresent(test -> System.err.println(context.getDisplayName() + said(test)));
    }

    private static String said(DaemonTest test) {
        StringBuilder said = new StringBuilder(", the daemon's log:\n");
        try {
            said.append(tail(test.daemon.log()));
            Path machines = test.host.dataDirectory().resolve("vms");
            try (DirectoryStream<Path> logs = Files.newDirectoryStream(machines, "*")) {
                for (Path machine : logs) {
                    append(said, machine.resolve("console.log"));
                    append(said, machine.resolve("vmm.log"));
                }
            }
        } catch (IOException e) {
            said.append("\ncannot be read: ").append(e);
        }
        return said.toString();
    }

    /** Guests print any bytes. */
    private static void append(StringBuilder said, Path log) throws IOException {
        if (Files.exists(log)) {
            String text = Files.readString(log, StandardCharsets.ISO_8859_1).replaceAll("[^\\n -~]", "");
            said.append("\n== ").append(log).append('\n').append(tail(text));
        }
    }

    private static String tail(String text) {
        List<String> lines = text.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    }
}
