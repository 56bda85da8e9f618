package io.sistemo.e2e;

/**
 * How a program ended.
 *
 * @param exitCode its exit code; 128 and more when a signal ended it
 * @param out its standard output
 * @param err its standard error
 */
record Result(int exitCode, String out, String err) {
    /** This, when it ended with 0. */
    Result succeeded() {
        if (exitCode != 0) {
            throw new AssertionError("exit code " + exitCode + "\nout: " + out + "\nerr: " + err);
        }
        return this;
    }

    /** Standard output without the white space around it. */
    String text() {
        return out.strip();
    }
}
