package io.sistemo.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.store.Database;
import io.sistemo.store.Rows;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses: those that were given back first, then the lowest that was never leased, to the end of the range and no further. */
class LeaseTableTest {
    private static final Network NETWORK = new Network("small", "br", Subnet.parse("10.0.0.0/29"));

    @TempDir
    Path directory;

    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("db"));
        database.write(connection -> {
            NetworkTable.insert(connection, NETWORK);
            return Boolean.TRUE;
        });
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** Leases refer to machines, whose table this package does not know. */
    private Optional<String> lease(String machine) {
        return database.write(connection -> {
            insertMachine(connection, machine);
            return LeaseTable.lease(connection, NETWORK, machine).map(Ipv4::toString);
        });
    }

    private static void insertMachine(Connection connection, String machine) throws SQLException {
        Rows.change(
                connection,
                "INSERT INTO machine (id, name, short_id, intent, created, booted, image, image_digest, vcpus,"
                        + " memory_mib, storage_mib, network, metadata, vmm_uid, host_key_seed, host_key_public,"
                        + " created_at, changed_at) VALUES (?1, ?1, ?1, 'running', 0, 0, '', '', 1, 1, 1, 'small',"
                        + " '', ?2, '', '', 0, 0)",
                machine,
                machine.hashCode());
    }

    private void release(String machine) {
        database.write(connection -> {
            LeaseTable.release(connection, machine);
            return Boolean.TRUE;
        });
    }

    @Test
    void givesWhatWasGivenBackAndThenTheNext() {
        assertThat(lease("a")).contains("10.0.0.2");
        assertThat(lease("b")).contains("10.0.0.3");
        assertThat(lease("c")).contains("10.0.0.4");
        release("b");
        assertThat(lease("d")).contains("10.0.0.3");
        release("a");
        assertThat(lease("e")).contains("10.0.0.2");
        assertThat(lease("f")).contains("10.0.0.5");
    }

    @Test
    void aLeaseOfOneAddressLeavesThoseBelowItFree() {
        String machine = "x";
        database.write(connection -> {
            insertMachine(connection, machine);
            LeaseTable.lease(connection, NETWORK, Ipv4.parse("10.0.0.4"), machine);
            return machine;
        });
        assertThat(lease("a")).contains("10.0.0.2");
        assertThat(lease("b")).contains("10.0.0.3");
        assertThat(lease("c")).contains("10.0.0.5");
    }

    @Test
    void endsWithTheRange() {
        for (String machine : "abcde".split("", -1)) {
            if (!machine.isEmpty()) {
                assertThat(lease(machine)).isPresent();
            }
        }
        assertThat(lease("over")).isEmpty();
        long leases = database.read(connection -> LeaseTable.count(connection, "small"));
        assertThat(leases).isEqualTo(5);
        release("c");
        assertThat(lease("again")).contains("10.0.0.4");
        assertThat(database.read(LeaseTable::byMachine)).hasSize(5).doesNotContainKey("c");
    }
}
