package io.sistemo.host;

/** What differs in the kernel's interface between the two processors that we know. */
final class Processor {
    static final boolean IS_ARM64 = "aarch64".equals(System.getProperty("os.arch"));

    private Processor() {}
}
