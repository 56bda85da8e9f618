package io.sistemo.image;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.Owner;
import io.sistemo.claim.OwnerType;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationKind;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Operations;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.Database;
import io.sistemo.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The images of one daemon. An image is written by one operation at a time, on a thread of its own. */
public final class Images implements ImageService {
    /** The type of operations' targets. */
    static final String TARGET = "image";

    private final Database database;
    private final Operations operations;
    private final ImagePull.Means means;
    private final ImageUse use;
    private final Map<OperationId, Thread> pulls = new ConcurrentHashMap<>();
    /** Held while a file is published and recorded, or removed: the same content may be pulled and deleted at once. */
    private final ReentrantLock store = new ReentrantLock();

    /**
     * The images of a database.
     *
     * @param means what pulls work with
     * @param use who uses images
     */
    public Images(Database database, Operations operations, ImagePull.Means means, ImageUse use) {
        this.database = database;
        this.operations = operations;
        this.means = means;
        this.use = use;
        operations.onCancel(TARGET, this::cancel);
    }

    /**
     * Takes back what an earlier daemon left unfinished: pulls are undone, deletes are carried on. To be called once, at the
     * start.
     */
    public void start() {
        for (Operation operation : database.read(OperationTable::running)) {
            if (operation.targetType().equals(TARGET)) {
                new ImagePull(database, operations, means, operation, store).abandon();
            }
        }
        remove();
    }

    /** Ends pulls that run, and takes back what they made. */
    public void close() throws InterruptedException {
        for (Thread pull : List.copyOf(pulls.values())) {
            pull.interrupt();
            pull.join();
        }
    }

    @Override
    public List<ImageDetails> list() {
        return database.read(connection -> {
            List<ImageDetails> details = new ArrayList<>();
            for (StoredImage image : ImageTable.all(connection)) {
                details.add(new ImageDetails(
                        image.name(),
                        image.digest(),
                        image.sizeBytes(),
                        means.allocatedBytes().applyAsLong(image.digest()),
                        image.source(),
                        image.createdAt(),
                        use.machines(connection, image.digest())));
            }
            return details;
        });
    }

    @Override
    public OperationId pull(String text) {
        ImageReference reference = ImageReference.parse(text);
        if (reference instanceof ImageReference.OfFile(String _, Path path)) {
            if (!path.isAbsolute()) {
                throw new Refusal(
                        RefusalCode.BAD_INPUT, "The path of an image must begin with '/': " + path + " does not.");
            }
            means.files().superblock(path);
        }
        Operation operation = Operations.beginning(OperationKind.IMAGE_PULL, TARGET, reference.tag(), reference.tag());
        Thread pull = Thread.ofVirtual().name("pull " + reference.tag()).unstarted(() -> {
            try {
                new ImagePull(database, operations, means, operation, store).run(reference, text);
                remove();
            } finally {
                pulls.remove(operation.id());
            }
        });
        // Before the commit: from then on a cancel must find it.
        pulls.put(operation.id(), pull);
        try {
            operations.accept(connection -> {
                requireIdle(connection, reference.tag());
                OperationTable.begin(connection, operation);
                ImagePull.intend(connection, operation, means.bootId());
                return Boolean.TRUE;
            });
        } catch (Refusal | StoreException e) {
            pulls.remove(operation.id());
            throw e;
        }
        pull.start();
        return operation.id();
    }

    private void remove() {
        store.lock();
        try {
            new ImageRemoval(database, means.files()).finish();
        } finally {
            store.unlock();
        }
    }

    private static void requireIdle(Connection connection, String tag) throws SQLException {
        Optional<Operation> running = OperationTable.runningOn(connection, TARGET, tag);
        if (running.isPresent()) {
            throw new Refusal(
                    RefusalCode.WRONG_STATE,
                    "The image " + tag + " is being pulled or deleted already: wait until that has ended.");
        }
    }

    private void cancel(Operation operation) {
        Thread pull = pulls.get(operation.id());
        if (pull != null) {
            pull.interrupt();
        }
    }

    @Override
    public OperationId delete(String name) {
        Operation operation = Operations.beginning(OperationKind.IMAGE_DELETE, TARGET, name, name);
        operations.accept(connection -> {
            StoredImage image = ImageTable.find(connection, name)
                    .filter(found -> found.name().equals(name))
                    .orElseThrow(() -> ImageReference.unknownName(name));
            requireIdle(connection, name);
            List<String> deploying = use.deploying(connection, image.digest());
            if (!deploying.isEmpty()) {
                throw new Refusal(
                        RefusalCode.IN_USE,
                        "The image " + name + " is being cloned for " + String.join(", ", deploying)
                                + ": wait until that has ended.");
            }
            OperationTable.begin(connection, operation);
            ImageTable.deleteName(connection, name);
            for (Claim claim : ImageRemoval.nameless(connection)) {
                ClaimTable.markReleasing(connection, claim);
            }
            return Boolean.TRUE;
        });
        remove();
        database.write(connection -> {
            OperationTable.end(connection, operation.id());
            return Boolean.TRUE;
        });
        operations.ended(operation.id());
        return operation.id();
    }

    /** An image as an owner of claims. */
    static Owner owner(String id) {
        return new Owner(OwnerType.IMAGE, id);
    }

    /** Records an image whose file is in the store, with its claim; an image that had the tag before loses it. */
    public static void record(Connection connection, StoredImage image, String bootId) throws SQLException {
        boolean claimed = ClaimTable.ofKind(connection, ClaimKind.IMAGE_FILE).stream()
                .anyMatch(claim -> claim.key().name().equals(image.digest()));
        if (!claimed) {
            ClaimTable.intend(
                    connection, owner(image.digest()), ImagePull.fileKey(image.digest()), bootId, Optional.empty());
        }
        for (Claim claim : ClaimTable.ofOwner(connection, owner(image.digest()))) {
            ClaimTable.confirm(connection, claim, Optional.empty());
        }
        ImageTable.insert(connection, image);
        for (Claim claim : ImageRemoval.nameless(connection)) {
            ClaimTable.markReleasing(connection, claim);
        }
    }
}
