package io.sistemo.host;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** The real host for a test, which must run under {@code .ci/private-host}. */
public final class PrivateHost {
    private static final long LONGEST_WAIT_NANOS = 10_000_000_000L;

    private PrivateHost() {}

    /** The host of this test. */
    public static LinuxHost open(Path runDirectory) {
        requirePrivate();
        return new LinuxHost(new LinuxPrograms(), runDirectory);
    }

    static void requirePrivate() {
        if (!"inside".equals(System.getenv("SISTEMO_PRIVATE_HOST"))) {
            throw new IllegalStateException("host tests run under .ci/private-host, as root");
        }
    }

    /** Unique among the runs on one machine, whose control groups are shared. */
    static String installation() {
        return "test%08x".formatted(System.nanoTime() & 0xffffffffL);
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the condition did not come true");
            }
            Thread.onSpinWait();
        }
    }
}
