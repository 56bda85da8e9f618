package io.sistemo.image;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.host.HostException;
import io.sistemo.operation.Refusal;
import io.sistemo.store.Database;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Removes what is being released: images whose last name a user took away, and what pulls left. Carried on after a crash or a
 * failure, since the claims say what is being released.
 */
final class ImageRemoval {
    private static final Logger LOGGER = System.getLogger(ImageRemoval.class.getName());
    private static final String DIGEST_PREFIX = "sha256:";

    private final Database database;
    private final ImageFiles files;
    private final Consumer<String> deleteWorkspace;

    /**
     * A removal.
     *
     * @param deleteWorkspace deletes all that an operation made on the way to an image; nothing there is success
     */
    ImageRemoval(Database database, ImageFiles files, Consumer<String> deleteWorkspace) {
        this.database = database;
        this.files = files;
        this.deleteWorkspace = deleteWorkspace;
    }

    /** Marks files that were to become images, and of which no operation knows: an installation died there. */
    static void releaseUnfinished(Connection connection) throws SQLException {
        for (Claim claim : ClaimTable.ofKind(connection, ClaimKind.IMAGE_FILE)) {
            if (claim.state() == ClaimState.INTENDED && claim.operation().isEmpty()) {
                ClaimTable.markReleasing(connection, claim);
            }
        }
    }

    /** The claims of images that have no name any more. */
    static List<Claim> nameless(Connection connection) throws SQLException {
        List<Claim> claims = new ArrayList<>();
        for (String digest : ImageTable.nameless(connection)) {
            claims.addAll(ClaimTable.ofOwner(connection, Images.owner(digest)));
        }
        return claims;
    }

    /**
     * Deletes what is being released, then the rows. What cannot be deleted stays claimed.
     *
     * @return why something could not be deleted, as a sentence, by its name in the ledger
     */
    Map<String, String> finish() {
        Map<String, String> failures = new LinkedHashMap<>();
        for (ClaimKind kind : List.of(ClaimKind.IMAGE_WORKSPACE, ClaimKind.IMAGE_FILE)) {
            for (Claim claim : database.read(connection -> ClaimTable.ofKind(connection, kind))) {
                if (claim.state() == ClaimState.RELEASING) {
                    String name = claim.key().name();
                    try {
                        delete(claim);
                    } catch (HostException | Refusal e) {
                        LOGGER.log(Level.WARNING, "{0} {1}: {2}", kind, name, e.getMessage());
                        failures.put(
                                name, e instanceof Refusal ? String.valueOf(e.getMessage()) : e.getMessage() + ".");
                    }
                }
            }
        }
        return failures;
    }

    private void delete(Claim claim) {
        String name = claim.key().name();
        if (claim.kind() == ClaimKind.IMAGE_WORKSPACE) {
            deleteWorkspace.accept(name);
        } else {
            files.delete(new ImageDigest(name.substring(DIGEST_PREFIX.length())));
        }
        database.write(connection -> {
            ClaimTable.forget(connection, claim);
            if (claim.kind() == ClaimKind.IMAGE_FILE) {
                ImageTable.delete(connection, name);
            }
            return Boolean.TRUE;
        });
    }
}
