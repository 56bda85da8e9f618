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
    /** Starts a machine again that ended by itself: its guest rebooted, or its restart policy says so. No user asks for it. */
    MACHINE_REBOOT("machine.reboot"),
    /** Lets a running machine's guest stand still. */
    MACHINE_PAUSE("machine.pause"),
    /** Lets a paused machine's guest go on. */
    MACHINE_RESUME("machine.resume"),
    /** Ends a machine for ever, with its root volume or without. */
    MACHINE_DELETE("machine.delete"),
    /** Lets a port of the host lead to a machine. */
    MACHINE_EXPOSE("machine.expose"),
    /** Lets a port of the host lead to a machine no more. */
    MACHINE_UNEXPOSE("machine.unexpose"),
    /** Builds or copies an image. */
    IMAGE_PULL("image.pull"),
    /** Removes an image's name, and its file with its last name. */
    IMAGE_DELETE("image.delete"),
    /** Makes a data volume. */
    VOLUME_CREATE("volume.create"),
    /** Makes a volume larger. */
    VOLUME_RESIZE("volume.resize"),
    /** Removes a volume. */
    VOLUME_DELETE("volume.delete"),
    /** Attaches a volume to a machine. */
    VOLUME_ATTACH("volume.attach"),
    /** Detaches a volume from its machine. */
    VOLUME_DETACH("volume.detach"),
    /** Makes a copy of a volume. */
    VOLUME_CLONE("volume.clone"),
    /** Sends what is on a volume to a client. */
    VOLUME_EXPORT("volume.export"),
    /** Makes a volume of what a client sends. */
    VOLUME_IMPORT("volume.import"),
    /** Takes up a volume whose disk was found without a row. */
    VOLUME_RECOVER("volume.recover"),
    /** Makes a network. */
    NETWORK_CREATE("network.create"),
    /** Removes a network that no machine is on. */
    NETWORK_DELETE("network.delete");

    private final String action;

    OperationKind(String action) {
        this.action = action;
    }

    /** How it is called in the database, on the wire and in the audit log. */
    public String action() {
        return action;
    }
}
