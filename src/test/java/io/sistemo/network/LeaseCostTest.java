package io.sistemo.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.store.Database;
import io.sistemo.store.Rows;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.ProgressHandler;

/** To find an address costs the same however many are leased: counted in steps of the database's own machine, not in time. */
class LeaseCostTest {
    private static final Network NETWORK = new Network("large", "br", Subnet.parse("10.0.0.0/16"));
    private static final int ALL = 65_533;
    /** A deeper tree costs some steps more; looking at each lease would cost hundreds of thousands. */
    private static final double MOST_MORE = 1.5;

    @TempDir
    Path directory;

    /** Machines with the first addresses of the network, as the program leases them. */
    private static void fill(Connection connection, int machines) throws SQLException {
        NetworkTable.insert(connection, NETWORK);
        Rows.change(
                connection,
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO machine (id,"
                        + " name, short_id, intent, created, booted, image, image_digest, vcpus, memory_mib, storage_mib,"
                        + " network, metadata, vmm_uid, host_key_seed, host_key_public, created_at, changed_at) SELECT 'm'"
                        + " || i, 'm' || i, 'm' || i, 'running', 1, 1, '', '', 1, 1, 1, 'large', '', i, '', '', 0, 0 FROM"
                        + " n",
                machines + 1);
        for (int i = 1; i <= machines; i++) {
            assertThat(LeaseTable.lease(connection, NETWORK, "m" + i)).isPresent();
        }
    }

    private interface Work {
        Optional<Ipv4> run() throws SQLException;
    }

    private static long steps(Connection connection, Work work) throws SQLException {
        long[] counted = new long[1];
        ProgressHandler.setHandler(connection, 1, new ProgressHandler() {
            @Override
            protected int progress() {
                counted[0]++;
                return 0;
            }
        });
        try {
            var _ = work.run();
        } finally {
            ProgressHandler.clearHandler(connection);
        }
        return counted[0];
    }

    /** Steps of a new lease, of its return, and of a lease of what was returned. */
    private long[] costs(int leased) {
        try (Database database = Database.open(directory.resolve("db-" + leased))) {
            return database.write(connection -> {
                fill(connection, leased);
                String last = "m" + (leased + 1);
                long fresh = steps(connection, () -> LeaseTable.lease(connection, NETWORK, last));
                long returned = steps(connection, () -> {
                    LeaseTable.release(connection, "m5");
                    return Optional.empty();
                });
                long again = steps(connection, () -> LeaseTable.lease(connection, NETWORK, "m5"));
                assertThat(LeaseTable.find(connection, "m5")).contains(Ipv4.parse("10.0.0.6"));
                return new long[] {fresh, returned, again};
            });
        }
    }

    @Test
    void anAddressCostsTheSameAtAllLeasesAsAtTen() {
        long[] few = costs(10);
        // One less than all, so that there is one more to lease.
        long[] many = costs(ALL - 1);
        for (int i = 0; i < few.length; i++) {
            System.out.println("steps at 10 leases: " + few[i] + ", at " + ALL + ": " + many[i]);
            assertThat(few[i]).isPositive();
            assertThat((double) many[i]).isLessThan(few[i] * MOST_MORE);
        }
    }
}
