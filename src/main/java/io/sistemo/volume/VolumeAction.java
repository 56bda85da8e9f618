package io.sistemo.volume;

import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationKind;

/** What can be done with volumes, as operations. */
public enum VolumeAction {
    CREATE(OperationKind.VOLUME_CREATE, "being created", true),
    /** Its target is the volume that is copied; the copy is known by its claim. */
    CLONE(OperationKind.VOLUME_CLONE, "being copied", true),
    RESIZE(OperationKind.VOLUME_RESIZE, "being resized", false),
    DELETE(OperationKind.VOLUME_DELETE, "being deleted", false),
    /** Done at once, in the transaction that accepts it. */
    ATTACH(OperationKind.VOLUME_ATTACH, "being attached", false),
    /** Done at once, in the transaction that accepts it. */
    DETACH(OperationKind.VOLUME_DETACH, "being detached", false),
    /** Done at once, in the transaction that accepts it. */
    RECOVER(OperationKind.VOLUME_RECOVER, "being taken up", false);

    private final OperationKind kind;
    private final String description;
    private final boolean takenBack;

    VolumeAction(OperationKind kind, String description, boolean takenBack) {
        this.kind = kind;
        this.description = description;
        this.takenBack = takenBack;
    }

    static VolumeAction of(Operation operation) {
        for (VolumeAction action : values()) {
            if (action.kind.action().equals(operation.action())) {
                return action;
            }
        }
        throw new IllegalStateException("not an action on a volume: " + operation.action());
    }

    /** As the history has it. */
    public OperationKind kind() {
        return kind;
    }

    /** For users: what goes on. */
    String description() {
        return description;
    }

    /** Whether what was not finished is taken back, by a cancel or a crash; else it is carried on. */
    boolean takenBack() {
        return takenBack;
    }
}
