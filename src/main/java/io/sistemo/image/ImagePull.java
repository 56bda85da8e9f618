package io.sistemo.image;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.Files;
import io.sistemo.host.HostException;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Operations;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.Database;
import io.sistemo.store.StoreException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

/**
 * One pull: builds or copies an image into the store and gives it its name, or leaves nothing. What it may leave after a
 * crash is named in the ledger before it is made: a workspace, a partial file, and the file under its digest.
 */
public final class ImagePull {
    private static final Logger LOGGER = System.getLogger(ImagePull.class.getName());

    private final Database database;
    private final Operations operations;
    private final Means means;
    private final Operation operation;
    private final ReentrantLock store;

    /**
     * What pulls work with.
     *
     * @param files the store
     * @param buildDirectory under which workspaces lie
     * @param host where workspaces are deleted
     * @param debian builds the image {@code debian}
     * @param allocatedBytes what an image of a digest occupies on the disk
     * @param bootId the boot that runs
     */
    public record Means(
            ImageFiles files,
            Path buildDirectory,
            Files host,
            ImageBuilder debian,
            ToLongFunction<String> allocatedBytes,
            String bootId) {
        /** The workspace of an operation. */
        Path workspace(String operation) {
            return buildDirectory.resolve("image-" + operation);
        }

        /** Deletes all that an operation made on the way to an image; nothing there is success. */
        void deleteWorkspace(String operation) {
            host.deleteTree(workspace(operation));
            files.deletePartialImport(operation);
        }
    }

    ImagePull(Database database, Operations operations, Means means, Operation operation, ReentrantLock store) {
        this.database = database;
        this.operations = operations;
        this.means = means;
        this.operation = operation;
        this.store = store;
    }

    /** Names an image's file in the ledger. */
    static ResourceKey fileKey(String digest) {
        return new ResourceKey(ClaimKind.IMAGE_FILE, digest);
    }

    /** Commits what the pull will make before it knows the digest. */
    static void intend(Connection connection, Operation operation, String bootId) throws SQLException {
        String id = operation.id().toString();
        ClaimTable.intend(
                connection, Images.owner(id), new ResourceKey(ClaimKind.IMAGE_WORKSPACE, id), bootId, Optional.of(id));
    }

    /** Does it, on the calling thread; an interrupt cancels it. When not even its failure can be recorded it goes on running. */
    void run(ImageReference reference, String source) {
        try {
            fetchOrUndo(reference, source);
            operations.ended(operation.id());
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "the pull of {0} cannot be ended now: {1}", reference.tag(), e.getMessage());
        }
    }

    private void fetchOrUndo(ImageReference reference, String source) {
        try {
            fetch(reference, source);
        } catch (Refusal e) {
            undo(e.code(), e.sentence());
        } catch (HostException | StoreException | UncheckedIOException e) {
            LOGGER.log(Level.WARNING, "a pull failed", e);
            undo(RefusalCode.FAILED, "The image " + reference.tag() + " could not be pulled: " + e.getMessage() + ".");
        }
    }

    private void fetch(ImageReference reference, String source) {
        switch (reference) {
            case ImageReference.Built built ->
                store(built.tag(), source, means.debian().build(means.workspace(id()), this::tell));
            case ImageReference.OfFile file -> store(file.tag(), source, file.path());
        }
    }

    private String id() {
        return operation.id().toString();
    }

    /**
     * Copies the file into the store, with no removal in between; then one commit gives it its name and ends the operation,
     * so that no crash parts the two. The workspace goes before that: what has ended has left nothing.
     */
    private void store(String tag, String source, Path file) {
        store.lock();
        try {
            ImageFile image = means.files()
                    .importFile(
                            file, id(), this::tell, () -> Thread.currentThread().isInterrupted(), this::claimFile);
            means.deleteWorkspace(id());
            database.write(connection -> {
                Images.record(connection, stored(tag, source, image), means.bootId());
                for (Claim claim : ClaimTable.ofOwner(connection, Images.owner(id()))) {
                    ClaimTable.forget(connection, claim);
                }
                OperationTable.end(connection, operation.id());
                return Boolean.TRUE;
            });
            NamesCopy.keep(database, means.files());
        } finally {
            store.unlock();
        }
    }

    /** Commits the file's claim before it appears under its digest, unless the store has that content already. */
    private void claimFile(ImageDigest digest) {
        database.write(connection -> {
            Images.intend(connection, digest, means.bootId(), Optional.of(id()));
            return Boolean.TRUE;
        });
    }

    private static StoredImage stored(String tag, String source, ImageFile image) {
        return new StoredImage(
                tag,
                image.digest().toString(),
                image.sizeBytes(),
                image.superblock().uuid().toString(),
                source,
                Instant.now());
    }

    private void tell(Progress progress) {
        operations.phase(operation.id(), progress.phase(), progress.percent());
    }

    /** Takes back what a pull left that nobody is at any more, for a reason, as a sentence. */
    void abandon(String why) {
        undo(RefusalCode.UNAVAILABLE, why);
        operations.ended(operation.id());
    }

    /** One commit, under the lock: else another pull could give a name to the file that is taken back here. */
    private void undo(RefusalCode code, String sentence) {
        // An interrupt was the request to cancel; the clean-up must not be cancelled by it.
        boolean interrupted = Thread.interrupted();
        store.lock();
        try {
            database.write(connection -> {
                for (Claim claim : ClaimTable.ofKind(connection, ClaimKind.IMAGE_FILE)) {
                    if (claim.state() == ClaimState.INTENDED
                            && claim.operation().equals(Optional.of(id()))) {
                        ClaimTable.markReleasing(connection, claim);
                    }
                }
                for (Claim claim : ClaimTable.ofOwner(connection, Images.owner(id()))) {
                    ClaimTable.markReleasing(connection, claim);
                }
                return Boolean.TRUE;
            });
            // It logs what it could not delete, which stays claimed and is tried again.
            var _ = new ImageRemoval(database, means.files(), means::deleteWorkspace).finish();
            database.write(connection -> {
                OperationTable.noteFailure(
                        connection, operation.id(), interrupted ? RefusalCode.CANCELLED : code, sentence);
                OperationTable.end(connection, operation.id());
                return Boolean.TRUE;
            });
        } finally {
            store.unlock();
        }
    }
}
