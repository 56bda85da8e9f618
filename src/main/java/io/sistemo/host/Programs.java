package io.sistemo.host;

/**
 * Runs other programs to their end. Arguments travel as an array and never through a shell.
 *
 * <p>Safe for concurrent use; a call blocks its thread until the program has ended or its time is up.
 */
public interface Programs {
    /**
     * Runs a program and waits for its end. A non-zero exit code is an answer, not an error.
     *
     * @throws HostException when the program cannot be started, or was killed because its time was up
     */
    ProgramResult run(ProgramCall call);

    /**
     * Runs a program that is expected to succeed.
     *
     * @throws ProgramFailed when it exits with another code than 0
     * @throws HostException as {@link #run}
     */
    default ProgramResult require(ProgramCall call) {
        ProgramResult result = run(call);
        if (result.exitCode() != 0) {
            throw new ProgramFailed(call, result);
        }
        return result;
    }
}
