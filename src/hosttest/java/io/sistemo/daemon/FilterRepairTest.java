package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.CallListener;
import io.sistemo.host.Host;
import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.PacketFilter;
import io.sistemo.host.PrivateHost;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.TracedHost;
import io.sistemo.network.Network;
import io.sistemo.network.ResolverPlace;
import io.sistemo.network.Subnet;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Other programs change our table on the real kernel: it is as it was within five seconds, and our own changes lead to none. A resolver
 * that was killed is there again too.
 */
@Tag("hosttest")
class FilterRepairTest {
    private static final String MARK = "sistemo:0123456789ab";
    /** What is promised. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @TempDir
    Path run;

    @TempDir
    Path data;

    private static void nft(String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of("nft"));
        command.addAll(List.of(arguments));
        assertThat(new LinuxPrograms().run(ProgramCall.of(command)).exitCode())
                .as("%s", command)
                .isZero();
    }

    private static long awaitMillis(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
            LockSupport.parkNanos(1_000_000);
        }
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    @Test
    void whatAnotherProgramChangesIsMadeAsItWas() {
        AtomicInteger applied = new AtomicInteger();
        AtomicInteger repairs = new AtomicInteger();
        Host host = new TracedHost(PrivateHost.open(run), new CallListener() {
            @Override
            public void before(String call) {
                if (call.startsWith("packetFilter.apply")) {
                    applied.incrementAndGet();
                }
            }

            @Override
            public void after(String call) {}
        });
        try (Database database = Database.open(data.resolve("db"))) {
            HostNetwork.configure(database, Subnet.parse("10.200.0.0/16"));
            HostNetwork network = new HostNetwork(
                    database,
                    host,
                    MARK,
                    new NetworkResolvers(
                            database, host, new InstallationId("0123456789ab"), () -> List.of("192.0.2.53")));
            network.ensure();
            Optional<String> whole = content(host);
            try (PacketFilter.Watch _ = FilterRepair.begin(host, network, repairs::incrementAndGet)) {
                List<String[]> changes = List.of(
                        new String[] {"flush", "ruleset"},
                        new String[] {"flush", "chain", "inet", "sistemo", "input"},
                        new String[] {"delete", "element", "inet", "sistemo", "bridges", "{ \"sistemo0\" }"},
                        new String[] {"add", "rule", "inet", "sistemo", "forward_all", "accept"},
                        new String[] {"delete", "table", "inet", "sistemo"});
                for (int i = 0; i < changes.size(); i++) {
                    int number = i + 1;
                    nft(changes.get(i));
                    long millis = awaitMillis(() -> repairs.get() == number);
                    assertThat(content(host)).isEqualTo(whole);
                    System.out.println("repaired after " + millis + " ms: " + String.join(" ", changes.get(i)));
                }
                // What is another's is heard of and leads to nothing, and so do our own changes.
                nft("add", "table", "inet", "anothers");
                nft("delete", "table", "inet", "sistemo");
                awaitMillis(() -> repairs.get() == changes.size() + 1);
                assertThat(applied).hasValue(1 + changes.size() + 1);
            } finally {
                network.release();
                nft("delete", "table", "inet", "anothers");
            }
            assertThat(host.links().find(Optional.empty(), Network.DEFAULT_BRIDGE))
                    .isEmpty();
        }
    }

    @Test
    void aResolverThatEndedIsStartedAgainAtOnce() {
        Host host = PrivateHost.open(run);
        InstallationId installation = new InstallationId("0123456789ab");
        String cgroup = new ResolverPlace(installation.value(), Network.DEFAULT_BRIDGE).cgroup();
        try (Database database = Database.open(data.resolve("db"))) {
            HostNetwork.configure(database, Subnet.parse("10.200.0.0/16"));
            HostNetwork network = new HostNetwork(
                    database,
                    host,
                    MARK,
                    new NetworkResolvers(database, host, installation, () -> List.of("192.0.2.53")));
            network.ensure();
            try (PacketFilter.Watch _ = FilterRepair.begin(host, network, () -> {})) {
                long first = host.cgroups().members(cgroup).getFirst();
                ProcessHandle.of(first).orElseThrow().destroyForcibly();
                long millis = awaitMillis(
                        () -> host.cgroups().members(cgroup).stream().anyMatch(process -> process != first));
                System.out.println("the resolver was there again after " + millis + " ms");
                awaitMillis(() -> network.drift().isEmpty());
            } finally {
                network.release();
            }
            assertThat(host.cgroups().exists(cgroup))
                    .as("nobody starts it again")
                    .isFalse();
        }
    }

    /** All of the table, as a program that knows nothing of us lists it. */
    private static Optional<String> content(Host host) {
        assertThat(host.packetFilter().findTable(Optional.empty(), "inet", "sistemo"))
                .isPresent();
        return Optional.of(new LinuxPrograms()
                .run(ProgramCall.of(List.of("nft", "-s", "list", "table", "inet", "sistemo")))
                .output());
    }
}
