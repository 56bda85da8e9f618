package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.Owner;
import io.sistemo.claim.OwnerType;
import io.sistemo.claim.ResourceKey;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was read is kept while nothing is committed, and no longer. */
class KnownLedgerTest {
    private static final ResourceKey KEY = new ResourceKey(ClaimKind.BRIDGE, "br7");

    @TempDir
    Path directory;

    @Test
    void aLedgerIsReadAgainWhenSomethingWasCommitted() {
        try (Database database = Database.open(directory.resolve("sistemo.db"))) {
            KnownLedger known = new KnownLedger(database, InstallationId.random());
            Ledger empty = known.read();
            assertThat(empty.holds(KEY)).isFalse();
            assertThat(known.read()).isSameAs(empty);
            database.write(connection -> {
                ClaimTable.intend(connection, new Owner(OwnerType.HOST, "h"), KEY, "boot", Optional.empty());
                return KEY;
            });
            Ledger later = known.read();
            assertThat(later.holds(KEY)).isTrue();
            assertThat(known.read()).isSameAs(later);
        }
    }
}
