package io.sistemo.operation;

/**
 * Everything that users can ask for as an operation. Each kind has its scenarios in the crash suite: one without any fails
 * the build.
 */
public enum OperationKind {
    /** Creates and boots a machine. */
    MACHINE_DEPLOY("machine.deploy"),
    /** Boots a stopped machine. */
    MACHINE_START("machine.start"),
    /** Shuts a machine down. */
    MACHINE_STOP("machine.stop"),
    /** Stops and starts a machine. */
    MACHINE_RESTART("machine.restart"),
    /** Ends a machine for ever, with its root volume or without. */
    MACHINE_DELETE("machine.delete"),
    /** Builds or copies an image. */
    IMAGE_PULL("image.pull"),
    /** Removes an image's name, and its file with its last name. */
    IMAGE_DELETE("image.delete");

    private final String action;

    OperationKind(String action) {
        this.action = action;
    }

    /** How it is called in the database, on the wire and in the audit log. */
    public String action() {
        return action;
    }
}
