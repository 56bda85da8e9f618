package io.sistemo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sistemo.claim.Observation;
import io.sistemo.host.Host;
import io.sistemo.host.LaunchFailed;
import io.sistemo.host.PrivateHost;
import io.sistemo.host.ProcessIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a network's resolver answers, what it asks others, and what it may do. */
@Tag("hosttest")
class RealResolverTest {
    private static final Network NETWORK = new Network("Contract", "contract2", Subnet.parse("10.203.0.0/24"));
    private static final InetSocketAddress GATEWAY = new InetSocketAddress("10.203.0.1", 53);
    private static final String MARK = "sistemo:test";
    /** As /proc/net/udp writes the gateway and port 53. */
    private static final String GATEWAY_IN_TABLE = "0100CB0A:0035";

    private static final long PATIENCE_NANOS = 10_000_000_000L;

    @TempDir
    Path runDirectory;

    private final ResolverPlace place =
            new ResolverPlace(HexFormat.of().toHexDigits(System.nanoTime(), 12), NETWORK.bridge());
    private Host host;
    private Bridge bridge;
    private WorldServer world;

    @BeforeEach
    void open() throws IOException {
        host = PrivateHost.open(runDirectory);
        bridge = new Bridge(host, MARK, NETWORK);
        bridge.ensure();
        world = new WorldServer();
    }

    @AfterEach
    void close() {
        new ResolverRemains(host, place).release();
        world.close();
        bridge.release();
    }

    private Resolver resolver(Optional<String> recorded) {
        return new Resolver(host, place, NETWORK, List.of("127.0.0.1#" + world.port()), recorded);
    }

    private MachineName machine(String shortId, String address, String name) {
        return new MachineName(host, place, shortId, NETWORK, Ipv4.parse(address), name);
    }

    private static String detail(Resolver resolver) {
        return resolver.observe() instanceof Observation.Present present
                ? present.detail().orElseThrow()
                : "not there";
    }

    private static ProcessIdentity process(String detail) {
        return ProcessIdentity.parse(detail.substring(0, detail.lastIndexOf(' ')));
    }

    private static DnsQuestion ask(DnsQuestion.Type type, String name) throws IOException {
        return DnsQuestion.ask(GATEWAY, type, name);
    }

    /** The resolver learns of a change by itself, and soon. */
    private static DnsQuestion askUntil(String name, Predicate<DnsQuestion> isAwaited) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        DnsQuestion answer = ask(DnsQuestion.Type.A, name);
        while (!isAwaited.test(answer)) {
            assertThat(System.nanoTime()).as("%s: %s", name, answer).isLessThan(deadline);
            answer = ask(DnsQuestion.Type.A, name);
        }
        return answer;
    }

    /** Without its own question, by which it finds out whether it would ask itself. */
    private List<String> askedOfTheWorld() {
        return world.asked().stream().filter(name -> !name.endsWith(".test")).toList();
    }

    @Test
    void namesComeAndGoWithMachinesAndTheRestIsAskedElsewhere() throws IOException {
        resolver(Optional.empty()).ensure();
        MachineName database = machine("0badcafe", "10.203.0.9", "My_DB");
        database.ensure();
        askUntil("my_db", answer -> answer.values().equals(List.of("10.203.0.9")));
        assertThat(ask(DnsQuestion.Type.A, "MY_db.contract.internal").values()).containsExactly("10.203.0.9");
        assertThat(ask(DnsQuestion.Type.PTR, "9.0.203.10.in-addr.arpa").values())
                .containsExactly("my_db.contract.internal");
        machine("0badcaff", "10.203.0.10", "www.example.org").ensure();
        askUntil("www.example.org.contract.internal", answer -> answer.values().equals(List.of("10.203.0.10")));
        assertThat(ask(DnsQuestion.Type.A, "www.example.org").values()).containsExactly(WorldServer.ADDRESS);
        assertThat(askedOfTheWorld()).containsExactly("www.example.org");

        machine("0badcafe", "10.203.0.11", "My_DB").ensure();
        askUntil("my_db", answer -> answer.values().equals(List.of("10.203.0.11")));
        database.release();
        askUntil("my_db", answer -> answer.code() == DnsQuestion.NO_SUCH_NAME);
        for (String unknown : List.of("nobody", "nobody.contract.internal", "my_db.contract.internal")) {
            for (DnsQuestion.Type type : List.of(DnsQuestion.Type.A, DnsQuestion.Type.TXT)) {
                assertThat(ask(type, unknown).code()).as(unknown).isEqualTo(DnsQuestion.NO_SUCH_NAME);
            }
        }
        assertThat(ask(DnsQuestion.Type.PTR, "9.0.203.10.in-addr.arpa").code()).isEqualTo(DnsQuestion.NO_SUCH_NAME);
        assertThat(askedOfTheWorld()).as("what left the host").containsExactly("www.example.org");
    }

    @Test
    void itListensAtTheGatewayAloneAndMayDoNothingElse() throws IOException {
        Resolver resolver = resolver(Optional.empty());
        resolver.ensure();
        ProcessIdentity process = process(detail(resolver));
        List<String> status = Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"));
        assertThat(status).anyMatch(line -> line.matches("Uid:(\\s+2147[0-9]{6}){4}"));
        // Bit 10 is CAP_NET_BIND_SERVICE, and no other is left to get.
        assertThat(status).contains("CapEff:\t0000000000000400", "CapBnd:\t0000000000000400", "NoNewPrivs:\t1");
        for (String table : List.of("udp", "tcp", "udp6", "tcp6")) {
            List<String> bound = Files.readAllLines(Path.of("/proc/thread-self/net/" + table)).stream()
                    .map(line -> line.strip().split("\\s+", -1)[1])
                    .filter(address -> address.endsWith(":0035"))
                    .toList();
            assertThat(bound).as(table).isEqualTo(table.endsWith("6") ? List.of() : List.of(GATEWAY_IN_TABLE));
        }
        assertThat(host.cgroups().members(place.cgroup())).contains(process.pid());
    }

    @Test
    void aNextProgramFindsItAgainUnlessItShouldBeAnother() {
        Resolver first = resolver(Optional.empty());
        first.ensure();
        String detail = detail(first);
        assertThat(detail(resolver(Optional.of(detail)))).isEqualTo(detail);
        Resolver moved = new Resolver(host, place, NETWORK, List.of("127.0.0.1"), Optional.of(detail));
        assertThat(moved.observe()).isEqualTo(Observation.PARTIAL);
        moved.ensure();
        assertThat(host.processes().alive(process(detail))).isFalse();
        assertThat(process(detail(moved))).isNotEqualTo(process(detail));
        host.cgroups().kill(place.cgroup());
        assertThat(moved.observe()).isEqualTo(Observation.PARTIAL);
        moved.release();
        assertThat(moved.observe()).isEqualTo(Observation.ABSENT);
    }

    @Test
    void whereAnotherListensItSaysSo() throws IOException {
        try (ServerSocket taken = new ServerSocket(53, 1, InetAddress.getByName("10.203.0.1"))) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> resolver(Optional.empty()).ensure())
                    .isInstanceOf(LaunchFailed.class)
                    .hasMessageContaining("10.203.0.1")
                    .hasMessageContaining("in use");
        }
    }
}
