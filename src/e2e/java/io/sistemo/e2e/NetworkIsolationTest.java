package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Three guests on two networks: neighbours reach each other, networks do not, by TCP, UDP, ICMP or IPv6; with the host's filter away
 * they do. What somebody takes away of it is put back while all of them run.
 */
class NetworkIsolationTest extends DaemonTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** What is promised after another program has flushed the packet filter. */
    private static final Duration REPAIR_LIMIT = Duration.ofSeconds(5);

    private static final String BUSYBOX = SmallGuest.BUSYBOX;
    private static final String GATEWAY_OF_BLUE = "192.168.77.1";
    private static final int PORT = 8080;

    private Map<String, Object> one = Map.of();
    private Map<String, Object> two = Map.of();
    private Map<String, Object> other = Map.of();

    @Override
    void prepare() throws Exception {
        super.prepare();
        // So seldom that only what is heard of is repaired.
        Files.writeString(host.dataDirectory().resolve("config.yml"), "reconciler_interval_sec: 86400\n");
    }

    @Override
    void populate() throws Exception {
        cli("image", "pull", TestImage.withoutInit(host).toString()).succeeded();
        cli("network", "create", "red").succeeded();
        cli("network", "create", "blue", "--subnet", "192.168.77.0/24").succeeded();
        one = SmallGuest.deploy(this, "one", "red", PORT);
        two = SmallGuest.deploy(this, "two", "red", PORT);
        other = SmallGuest.deploy(this, "other", "blue", PORT);
    }

    @Override
    void depopulate() throws Exception {
        assertOneClearLine(cli("network", "delete", "red"), "red", "used by", "one, two");
        for (String name : List.of("one", "two", "other")) {
            delete(name);
        }
        cli("network", "delete", "red").succeeded();
        cli("network", "delete", "blue").succeeded();
        assertThat(host.run("ip", "link", "show", "br-red").exitCode()).isNotZero();
        cli("image", "delete", "without-init", "-y").succeeded();
    }

    private static String address(Map<String, Object> machine) {
        return (String) field(machine, "ip_address");
    }

    /** What a guest gets of another one, by TCP, by ICMP and by UDP, a word for each; with no daemon between. */
    private String reached(Map<String, Object> from, Map<String, Object> to) throws Exception {
        String address = address(to);
        return overSsh(
                from,
                BUSYBOX + "nc -w 3 " + address + " " + PORT + " </dev/null 2>/dev/null | " + BUSYBOX
                        + "grep -q . && echo tcp; "
                        + BUSYBOX + "ping -c 1 -W 3 " + address + " >/dev/null 2>&1 && echo icmp; "
                        // Of the last hop it prints the address, which answered to a datagram for a port that nobody
                        // has.
                        + BUSYBOX + "traceroute -n -q 1 -w 2 -m 3 " + address + " 2>/dev/null | " + BUSYBOX
                        + "grep -q '^ *[0-9]* *" + address + " *[0-9]' && echo udp");
    }

    private boolean isAnswered(Map<String, Object> from, String address) throws Exception {
        return overSsh(from, BUSYBOX + "ping -c 1 -W 3 " + address + " >/dev/null 2>&1 && echo yes")
                .equals("yes");
    }

    @Test
    void neighboursTalkAndNetworksDoNot() throws Exception {
        assertThat(field(one, "network_name")).isEqualTo("red");
        assertThat(address(other)).startsWith("192.168.77.");
        assertThat(reached(one, two)).isEqualTo("tcp\nicmp\nudp");
        assertThat(reached(two, one)).isEqualTo("tcp\nicmp\nudp");
        assertThat(reached(one, other)).isEmpty();
        assertThat(reached(other, one)).isEmpty();
        assertThat(isAnswered(one, GATEWAY_OF_BLUE)).isFalse();
        assertThat(isAnswered(other, GATEWAY_OF_BLUE)).isTrue();
        String table = host.run("nft", "-s", "list", "table", "inet", "sistemo")
                .succeeded()
                .out();
        daemon.signal("STOP");
        try {
            host.run("nft", "delete", "table", "inet", "sistemo").succeeded();
            assertThat(reached(one, other)).isEqualTo("tcp\nicmp\nudp");
            assertThat(reached(other, one)).isEqualTo("tcp\nicmp\nudp");
            assertThat(isAnswered(one, GATEWAY_OF_BLUE)).isTrue();
        } finally {
            host.run(List.of("nft", "-f", "-"), table).succeeded();
            daemon.signal("CONT");
        }
        assertThat(reached(one, other)).isEmpty();
    }

    /** What the resolver of a guest's network, or one at an address, says of a name. */
    private String lookedUp(Map<String, Object> from, String question) throws Exception {
        return overSsh(from, "timeout 20 " + BUSYBOX + "nslookup -type=a " + question + " 2>&1; true");
    }

    @Test
    void namesOfAnotherNetworkAreUnknown() throws Exception {
        assertThat(lookedUp(one, "two.red.internal")).contains(address(two));
        assertThat(lookedUp(other, "other.blue.internal")).contains(address(other));
        assertThat(lookedUp(other, "other.blue.internal " + GATEWAY_OF_BLUE)).contains(address(other));
        for (String question : List.of(
                "other.red.internal", "other.blue.internal", "other", "other.blue.internal " + GATEWAY_OF_BLUE)) {
            assertThat(lookedUp(one, question)).as(question).doesNotContain(address(other));
        }
        assertThat(lookedUp(other, "one.red.internal")).doesNotContain(address(one));
    }

    @Test
    void ipv6ReachesNobody() throws Exception {
        for (String bridge : List.of("br-red", "br-blue")) {
            assertThat(host.run("ip", "-6", "address", "show", "dev", bridge).out())
                    .doesNotContain("inet6");
        }
        for (Map<String, Object> to : List.of(two, other)) {
            String linkLocal = overSsh(
                    to,
                    BUSYBOX + "ip -6 address show dev eth0 | " + BUSYBOX
                            + "sed -n 's/.*inet6 \\(fe80[^/]*\\).*/\\1/p'");
            assertThat(linkLocal).startsWith("fe80");
            assertThat(overSsh(one, BUSYBOX + "ping6 -c 1 -W 3 -I eth0 " + linkLocal + " >/dev/null 2>&1 || echo no"))
                    .isEqualTo("no");
        }
    }

    @Test
    void aFlushedPacketFilterIsBackWithinFiveSecondsAndNobodyRestarts() throws Exception {
        long vmm = vmmPid("one");
        for (List<String> change : List.of(
                List.of("nft", "flush", "ruleset"),
                List.of("nft", "flush", "chain", "inet", "sistemo", "forward_all"))) {
            host.run(change).succeeded();
            long began = System.nanoTime();
            Await.until(
                    REPAIR_LIMIT,
                    "the table is as it was",
                    () -> host.run("nft", "list", "chain", "inet", "sistemo", "forward_all")
                            .out()
                            .contains("drop"));
            System.out.println("repaired after "
                    + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms: " + String.join(" ", change));
        }
        assertThat(reached(one, other)).isEmpty();
        assertThat(reached(one, two)).isEqualTo("tcp\nicmp\nudp");
        assertThat(vmmPid("one")).isEqualTo(vmm);
    }

    @Test
    void aBridgeThatSomebodyDeletedIsMadeAgainWithItsPorts() throws Exception {
        long vmm = vmmPid("one");
        host.run("ip", "link", "del", "br-red").succeeded();
        assertThat(cli("doctor").out()).contains("br-red is gone");
        // The next daemon looks at once.
        daemon.kill();
        daemon = Daemon.up(host);
        Await.until(
                LIMIT,
                "they are its ports",
                () -> host.run("ip", "-o", "link", "show", "master", "br-red")
                                .out()
                                .lines()
                                .count()
                        == 2);
        Await.until(LIMIT, "they reach each other", () -> reached(one, two).equals("tcp\nicmp\nudp"));
        assertThat(vmmPid("one")).isEqualTo(vmm);
    }
}
