package io.sistemo.image;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Removes images whose last name a user took away; carried on after a crash, since the claims say what is being released. */
final class ImageRemoval {
    private static final String DIGEST_PREFIX = "sha256:";

    private final Database database;
    private final ImageFiles files;

    ImageRemoval(Database database, ImageFiles files) {
        this.database = database;
        this.files = files;
    }

    /** The claims of images that have no name any more. */
    static List<Claim> nameless(Connection connection) throws SQLException {
        List<Claim> claims = new ArrayList<>();
        for (String digest : ImageTable.nameless(connection)) {
            claims.addAll(ClaimTable.ofOwner(connection, Images.owner(digest)));
        }
        return claims;
    }

    /** Deletes the files whose claims are being released, then the rows. */
    void finish() {
        for (Claim claim : database.read(connection -> ClaimTable.ofKind(connection, ClaimKind.IMAGE_FILE))) {
            if (claim.state() == ClaimState.RELEASING) {
                String digest = claim.key().name();
                files.delete(new ImageDigest(digest.substring(DIGEST_PREFIX.length())));
                database.write(connection -> {
                    ClaimTable.forget(connection, claim);
                    ImageTable.delete(connection, digest);
                    return Boolean.TRUE;
                });
            }
        }
    }
}
