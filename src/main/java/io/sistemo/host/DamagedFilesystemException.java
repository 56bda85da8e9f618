package io.sistemo.host;

/** A file system holds contradictions that its own check does not mend by itself. */
public final class DamagedFilesystemException extends HostException {
    private static final long serialVersionUID = 1;

    /** Says what was found. */
    public DamagedFilesystemException(String message) {
        super(message);
    }
}
