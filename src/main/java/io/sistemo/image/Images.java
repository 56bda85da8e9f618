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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** The images of one daemon. An image is written by one operation at a time, on a thread of its own. */
public final class Images implements ImageService {
    private static final Logger LOGGER = System.getLogger(Images.class.getName());
    /** The type of operations' targets. */
    static final String TARGET = "image";

    private final Database database;
    private final Operations operations;
    private final ImagePull.Means means;
    private final ImageUse use;
    private final Map<OperationId, Thread> pulls = new ConcurrentHashMap<>();
    private final Set<OperationId> deletes = ConcurrentHashMap.newKeySet();
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
        database.write(connection -> {
            ImageRemoval.releaseUnfinished(connection);
            return Boolean.TRUE;
        });
        endAbandoned(operation -> "The daemon stopped while the image " + operation.targetName()
                + " was being pulled; what was made was taken back. Pull it again.");
    }

    /** Ends operations that nobody is at: their daemon died, or their last commit failed. */
    private void endAbandoned(Function<Operation, String> whyPullFailed) {
        Map<String, String> failures = remove();
        for (Operation operation : database.read(OperationTable::running)) {
            boolean underWay = pulls.containsKey(operation.id()) || deletes.contains(operation.id());
            if (operation.targetType().equals(TARGET) && !underWay) {
                if (operation.action().equals(OperationKind.IMAGE_DELETE.action())) {
                    endDelete(operation, failures.values().stream().findFirst());
                } else {
                    new ImagePull(database, operations, means, operation, store)
                            .abandon(whyPullFailed.apply(operation));
                }
            }
        }
    }

    /** Whether no pull is under way. */
    boolean idle() {
        return pulls.isEmpty();
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
                tidy();
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

    /**
     * Tries again what could not be removed, or be recorded as ended; to be called now and then. What fails is logged, and
     * tried the next time.
     */
    public void tidy() {
        try {
            endAbandoned(operation -> "The image " + operation.targetName()
                    + " could not be pulled: the database failed; what was made was taken back. Pull it again.");
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "what images left cannot be removed: {0}", e.getMessage());
        }
    }

    /** Removes what is being released; answers with what could not be, by its name in the ledger, and why. */
    private Map<String, String> remove() {
        store.lock();
        try {
            Map<String, String> failures = new ImageRemoval(database, means.files(), means::deleteWorkspace).finish();
            NamesCopy.keep(database, means.files());
            return failures;
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
        // Before the commit, as for pulls.
        deletes.add(operation.id());
        try {
            String digest = acceptDelete(operation, name);
            endDelete(operation, Optional.ofNullable(remove().get(digest)));
        } catch (StoreException e) {
            // The name is gone; who waits for the operation hears of its end when that can be recorded.
            LOGGER.log(Level.WARNING, "the delete of {0} cannot be ended now: {1}", name, e.getMessage());
        } finally {
            deletes.remove(operation.id());
        }
        return operation.id();
    }

    private String acceptDelete(Operation operation, String name) {
        return operations.accept(connection -> {
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
            return image.digest();
        });
    }

    /** The name is gone in any case: it went when the operation began. */
    private void endDelete(Operation operation, Optional<String> failure) {
        database.write(connection -> {
            if (failure.isPresent()) {
                OperationTable.noteFailure(
                        connection,
                        operation.id(),
                        RefusalCode.FAILED,
                        "The image " + operation.targetName() + " is not listed any more, but its file is still there: "
                                + failure.get() + " It will be tried again.");
            }
            OperationTable.end(connection, operation.id());
            return Boolean.TRUE;
        });
        operations.ended(operation.id());
    }

    /** An image as an owner of claims. */
    static Owner owner(String id) {
        return new Owner(OwnerType.IMAGE, id);
    }

    /**
     * Takes back what an installation left that died; for another installation, while no daemon runs. What cannot be removed
     * now is removed later.
     */
    public static void takeBackUnfinished(Database database, ImageFiles files) {
        database.write(connection -> {
            ImageRemoval.releaseUnfinished(connection);
            return Boolean.TRUE;
        });
        var _ = new ImageRemoval(database, files, files::deletePartialImport).finish();
    }

    /** Commits that a file is about to appear under a digest, unless it is claimed already. */
    public static void intend(Connection connection, ImageDigest digest, String bootId, Optional<String> operation)
            throws SQLException {
        if (ClaimTable.ofOwner(connection, owner(digest.toString())).isEmpty()) {
            ClaimTable.intend(
                    connection, owner(digest.toString()), ImagePull.fileKey(digest.toString()), bootId, operation);
        }
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
