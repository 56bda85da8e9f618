package io.sistemo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sistemo.store.Database;
import io.sistemo.store.Rows;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forwards' rows: the database lets no port lead to two machines, whoever comes first. */
class ForwardTableTest {
    @TempDir
    Path directory;

    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("db"));
        database.write(connection -> {
            NetworkTable.insert(connection, new Network("small", "br", Subnet.parse("10.0.0.0/24")));
            for (String machine : List.of("m", "n")) {
                Rows.change(
                        connection,
                        "INSERT INTO machine (id, name, short_id, intent, created, booted, image, image_digest, vcpus,"
                                + " memory_mib, storage_mib, network, metadata, vmm_uid, host_key_seed,"
                                + " host_key_public, created_at, changed_at) VALUES (?1, ?1, ?1, 'running', 0, 0, '',"
                                + " '', 1, 1, 1, 'small', '', unicode(?1), '', '', 0, 0)",
                        machine);
                Rows.change(
                        connection,
                        "INSERT INTO lease (network, address, machine_id) VALUES ('small', 167772160 + unicode(?1), ?1)",
                        machine);
            }
            return Boolean.TRUE;
        });
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** As in {@code tcp 127.0.0.1 8080}; the address is * for each. */
    static Forward forward(String text) {
        String[] words = text.split(" ", -1);
        return new Forward(
                Forward.Protocol.find(words[0]).orElseThrow(),
                words[1].equals("*") ? Optional.empty() : Optional.of(Ipv4.parse(words[1])),
                Integer.parseInt(words[2]),
                80);
    }

    private boolean insert(String machine, String text, Optional<String> operation) {
        return database.write(connection -> ForwardTable.insert(connection, machine, forward(text), operation));
    }

    private List<Forward> of(String machine) {
        return database.read(connection -> ForwardTable.ofMachine(connection, machine));
    }

    private List<RoutedForward> inForce() {
        return database.read(ForwardTable::inForce);
    }

    @ParameterizedTest
    @CsvSource({
        "tcp * 8080, tcp * 8080, false",
        "tcp * 8080, udp * 8080, true",
        "tcp * 8080, tcp * 8081, true",
        "tcp * 8080, tcp 127.0.0.1 8080, false",
        "tcp 127.0.0.1 8080, tcp * 8080, false",
        "tcp 127.0.0.1 8080, tcp 127.0.0.1 8080, false",
        "tcp 127.0.0.1 8080, tcp 192.0.2.1 8080, true",
        "udp 127.0.0.1 53, udp * 53, false"
    })
    void whatExcludesWhatIsSaidOnceByTheTablesAndOnceByTheRecord(String first, String second, boolean both) {
        assertThat(insert("m", first, Optional.empty())).isTrue();
        assertThat(insert("n", second, Optional.empty())).isEqualTo(both);
        assertThat(forward(first).excludes(forward(second))).isEqualTo(!both);
        assertThat(forward(second).excludes(forward(first))).isEqualTo(!both);
        Optional<ForwardTable.Held> holder =
                database.read(connection -> ForwardTable.holder(connection, forward(second)));
        assertThat(holder)
                .contains(
                        both
                                ? new ForwardTable.Held(forward(second), "n")
                                : new ForwardTable.Held(forward(first), "m"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp * 8080", "tcp 127.0.0.1 8080"})
    void ofTwentyRivalsOneHasThePort(String one) throws Exception {
        try (ExecutorService rivals = Executors.newFixedThreadPool(20)) {
            List<Callable<Boolean>> asked = java.util.stream.IntStream.range(0, 20)
                    .<Callable<Boolean>>mapToObj(number -> () ->
                            insert(number % 2 == 0 ? "m" : "n", number % 3 == 0 ? one : "tcp * 8080", Optional.empty()))
                    .toList();
            int had = 0;
            for (Future<Boolean> each : rivals.invokeAll(asked)) {
                had += each.get() ? 1 : 0;
            }
            assertThat(had).isEqualTo(1);
        }
        assertThat(of("m").size() + of("n").size()).isEqualTo(1);
    }

    @Test
    void whatIsAddedIsInForceBeforeItIsTheMachinesAndWhatIsRemovedTheOtherWayRound() {
        insert("m", "tcp * 1", Optional.of("adding"));
        assertThat(of("m")).isEmpty();
        assertThat(inForce()).containsExactly(new RoutedForward(forward("tcp * 1"), Ipv4.parse("10.0.0." + (int) 'm')));
        database.write(connection -> {
            ForwardTable.settle(connection, "adding");
            return ForwardTable.beginRemoval(connection, "m", forward("tcp * 1"), "removing");
        });
        assertThat(of("m")).containsExactly(forward("tcp * 1"));
        assertThat(inForce()).isEmpty();
        assertThat(insert("n", "tcp * 1", Optional.empty()))
                .as("the port is not free yet")
                .isFalse();
        database.write(connection -> {
            ForwardTable.settle(connection, "removing");
            return Boolean.TRUE;
        });
        assertThat(of("m")).isEmpty();
        assertThat(insert("n", "tcp * 1", Optional.empty())).isTrue();
    }

    @Test
    void whatIsTakenBackIsAsBefore() {
        insert("m", "tcp * 1", Optional.empty());
        insert("m", "tcp * 2", Optional.of("adding"));
        database.write(connection -> {
            assertThat(ForwardTable.beginRemoval(connection, "n", forward("tcp * 1"), "another's"))
                    .isFalse();
            ForwardTable.beginRemoval(connection, "m", forward("tcp * 1"), "removing");
            assertThat(ForwardTable.machineOf(connection, "removing")).contains("m");
            ForwardTable.takeBack(connection, "removing");
            ForwardTable.takeBack(connection, "adding");
            return Boolean.TRUE;
        });
        assertThat(of("m")).containsExactly(forward("tcp * 1"));
        assertThat(inForce()).hasSize(1);
    }

    @Test
    void thoseOfStoppedMachinesAreNotInForce() {
        insert("m", "tcp * 1", Optional.empty());
        insert("n", "udp 127.0.0.1 53", Optional.empty());
        database.write(connection -> Rows.change(connection, "UPDATE machine SET intent = 'stopped' WHERE id = 'm'"));
        assertThat(inForce()).extracting(RoutedForward::forward).containsExactly(forward("udp 127.0.0.1 53"));
        database.write(connection -> {
            ForwardTable.release(connection, "n");
            return Boolean.TRUE;
        });
        assertThat(inForce()).isEmpty();
        assertThat(database.<Boolean>read(connection -> ForwardTable.hasAny(connection, "m")))
                .isTrue();
    }

    @Test
    void portsAreOneTo65535() {
        for (int port : new int[] {0, -1, 65_536}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Forward(Forward.Protocol.TCP, Optional.empty(), port, 80));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Forward(Forward.Protocol.TCP, Optional.empty(), 80, port));
        }
        assertThat(forward("udp 127.0.0.1 65535")).hasToString("127.0.0.1:65535->80/udp");
        assertThat(forward("tcp * 8080").hostEnd()).isEqualTo("8080/tcp");
    }
}
