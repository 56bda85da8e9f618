package io.sistemo.e2e;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Prints what the daemon logged when a test with one has failed. */
final class LogsOnFailure implements TestWatcher {
    private static final int LINES = 60;

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        context.getTestInstance()
                .filter(DaemonTest.class::isInstance)
                .map(DaemonTest.class::cast)
                .ifPresent(test -> System.err.println(context.getDisplayName() + ", the daemon's log:\n" + tail(test)));
    }

    private static String tail(DaemonTest test) {
        try {
            String[] lines = test.daemon.log().split("\n", -1);
            int from = Math.max(0, lines.length - LINES);
            return String.join("\n", java.util.Arrays.asList(lines).subList(from, lines.length));
        } catch (java.io.IOException e) {
            return "cannot be read: " + e.getMessage();
        }
    }
}
