package io.sistemo.host;

/** A program that should have succeeded ended with another exit code than 0. */
public final class ProgramFailed extends HostException {
    private static final long serialVersionUID = 1;
    private static final int LONGEST_ERROR_LINE = 300;

    private final int exitCode;

    /** From the call and its result; the message has the last line of standard error. */
    public ProgramFailed(ProgramCall call, ProgramResult result) {
        super(call.program() + " ended with exit code " + result.exitCode() + lastLine(result.errors()));
        this.exitCode = result.exitCode();
    }

    /** The program's exit code. */
    public int exitCode() {
        return exitCode;
    }

    private static String lastLine(String errors) {
        String text = errors.strip();
        if (text.isEmpty()) {
            return "";
        }
        String line = text.substring(text.lastIndexOf('\n') + 1).strip();
        return ": " + (line.length() > LONGEST_ERROR_LINE ? line.substring(0, LONGEST_ERROR_LINE) : line);
    }
}
