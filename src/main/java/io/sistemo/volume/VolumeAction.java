package io.sistemo.volume;

import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationKind;

/** What can be done with volumes, as operations. */
public enum VolumeAction {
    CREATE(OperationKind.VOLUME_CREATE, "being created", WhenCut.TAKEN_BACK),
    /** Its target is the volume that is copied; the copy is known by its claim. */
    CLONE(OperationKind.VOLUME_CLONE, "being copied", WhenCut.TAKEN_BACK),
    EXPORT(OperationKind.VOLUME_EXPORT, "being exported", WhenCut.DROPPED),
    IMPORT(OperationKind.VOLUME_IMPORT, "being imported", WhenCut.TAKEN_BACK),
    RESIZE(OperationKind.VOLUME_RESIZE, "being resized", WhenCut.CARRIED_ON),
    DELETE(OperationKind.VOLUME_DELETE, "being deleted", WhenCut.CARRIED_ON),
    /** Done at once, in the transaction that accepts it. */
    ATTACH(OperationKind.VOLUME_ATTACH, "being attached", WhenCut.CARRIED_ON),
    /** Done at once, in the transaction that accepts it. */
    DETACH(OperationKind.VOLUME_DETACH, "being detached", WhenCut.CARRIED_ON),
    /** Done at once, in the transaction that accepts it. */
    RECOVER(OperationKind.VOLUME_RECOVER, "being taken up", WhenCut.CARRIED_ON);

    private final OperationKind kind;
    private final String description;
    private final WhenCut whenCut;

    /** What becomes of one that has not come to its end. */
    private enum WhenCut {
        /** What it made is removed again. */
        TAKEN_BACK,
        /** It changed nothing, so nothing is left to do. */
        DROPPED,
        /** It cannot be cancelled, and the next daemon goes on with it. */
        CARRIED_ON
    }

    VolumeAction(OperationKind kind, String description, WhenCut whenCut) {
        this.kind = kind;
        this.description = description;
        this.whenCut = whenCut;
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

    /** Whether a crash or a failure in the middle of it dooms the volume that it makes. */
    boolean takenBack() {
        return whenCut == WhenCut.TAKEN_BACK;
    }

    /** Whether a user may end it. */
    boolean cancellable() {
        return whenCut != WhenCut.CARRIED_ON;
    }
}
