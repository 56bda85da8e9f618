package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Ports of the host that lead to a guest, by every way that there is, with packets that are answered by a real guest: it says
 * from whom they came. What must not reach it does once the protection is taken away. An "outside" namespace stands for the
 * rest of the world.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ForwardsTest extends DaemonTest {
    private static final String OUTSIDE = "192.0.2.2";
    private static final String OURS = "192.0.2.1";
    private static final String GATEWAY = "10.200.0.1";
    private static final String LOOPBACK = "127.0.0.1";
    /** Of the host's loopback; a guest is made to send there. */
    private static final String OTHER_LOOPBACK = "127.0.0.5";

    private static final int TAKEN_PORT = 8099;
    private static final Duration STREAM_LIMIT = Duration.ofMinutes(1);
    private static final List<String> FROM_OUTSIDE = List.of("ip", "netns", "exec", "outside");

    /** Says hello there and prints the answer. */
    private static final String GREETING = "exec 3<>/dev/$0/$1/$2 && echo hello >&3 && timeout 3 head -n 1 <&3";

    /** Answers each line, or packet, with the address of whoever sent it in front. */
    private static final String SERVER = """
            use Socket;
            sub who { inet_ntoa((sockaddr_in($_[0]))[1]) }
            if (!fork) {
                socket(U, PF_INET, SOCK_DGRAM, 17);
                bind(U, sockaddr_in(53, INADDR_ANY)) or die;
                while (defined($p = recv(U, $d, 2048, 0))) { send(U, who($p) . " $d", 0, $p); }
            }
            socket(L, PF_INET, SOCK_STREAM, 6);
            setsockopt(L, SOL_SOCKET, SO_REUSEADDR, 1);
            bind(L, sockaddr_in(80, INADDR_ANY)) or die;
            listen(L, 99);
            $SIG{CHLD} = "IGNORE";
            while ($p = accept(C, L)) {
                if (!fork) { $w = who($p); syswrite(C, "$w $d") while sysread(C, $d, 65536); exit }
                close C;
            }
            """;

    /** One connection that goes on until a file is there, and counts into another one. */
    private static final String STREAM = "exec 3<>/dev/tcp/$0/$1 || exit 11; n=0; while [ ! -e \"$2\" ]; do n=$((n+1));"
            + " echo \"line $n\" >&3 || exit 12; read -t 30 -u 3 who a b || exit 13;"
            + " [ \"$a $b\" = \"line $n\" ] || exit 14; echo $n >\"$3\"; sleep 0.05; done";

    @Override
    void prepare() throws Exception {
        super.prepare();
        // Filters are taken away here; by its timer the daemon would put them back in the middle of that.
        host.run(
                        List.of("sh", "-c", "cat >>\"$1\"", "sh", host.dataDirectory() + "/config.yml"),
                        "reconciler_interval_sec: 86400\n")
                .succeeded();
        FarEnd.connect(host, "outside", "up0", OURS, OUTSIDE);
        host.start(List.of(
                Repository.java(),
                "-cp",
                Repository.TEST_CLASSES.toString(),
                Listener.class.getName(),
                Integer.toString(TAKEN_PORT)));
        Await.until(BOOT_LIMIT, "the host listens", () -> Listener.answers(host, OURS, TAKEN_PORT));
    }

    @Override
    void populate() throws Exception {
        deploy("web");
        deploy("client");
        serve();
    }

    private void serve() throws Exception {
        inGuest(
                "web",
                "cat >/root/server.pl <<'END'\n" + SERVER
                        + "END\nsetsid perl /root/server.pl >/dev/null 2>&1 </dev/null &");
        Await.until(
                BOOT_LIMIT,
                "the guest serves",
                () -> Listener.answers(host, (String) field(machine("web"), "ip_address"), 80));
    }

    @Override
    void depopulate() throws Exception {
        delete("web");
        delete("client");
    }

    @Test
    @Order(1)
    void everyPathReachesTheMachine() throws Exception {
        expose("8080:80");
        expose("5353:53/udp");
        for (String protocol : List.of("tcp", "udp")) {
            int port = protocol.equals("tcp") ? 8080 : 5353;
            assertThat(fromHost(protocol, LOOPBACK, port)).isEqualTo(GATEWAY);
            assertThat(fromHost(protocol, OURS, port)).isEqualTo(OURS);
            assertThat(fromHost(protocol, GATEWAY, port)).isEqualTo(GATEWAY);
            assertThat(fromOutside(protocol, OURS, port)).isEqualTo(OUTSIDE);
            assertThat(fromGuest("client", protocol, OURS, port)).isEqualTo(GATEWAY);
            assertThat(fromGuest("client", protocol, GATEWAY, port)).isEqualTo(GATEWAY);
        }
        assertThat(cli("machine", "list").succeeded().out()).contains("8080->80", "5353->53/udp");
        unexpose("8080");
        unexpose("5353/udp");
        assertThat(fromHost("tcp", LOOPBACK, 8080)).isEmpty();
        assertThat(fromOutside("tcp", OURS, 8080)).isEmpty();
        assertThat(fromGuest("client", "tcp", OURS, 8080)).isEmpty();
        assertThat(fromOutside("udp", OURS, 5353)).isEmpty();
        assertThat(cli("history", "--target", "web", "--limit", "4").succeeded().out())
                .contains("machine.expose", "machine.unexpose", "8080->80/tcp");
    }

    @Test
    @Order(2)
    void aForwardAtOneAddressIsThereAndNowhereElse() throws Exception {
        expose(OURS + ":8080:80");
        assertThat(fromHost("tcp", OURS, 8080)).isEqualTo(OURS);
        assertThat(fromOutside("tcp", OURS, 8080)).isEqualTo(OUTSIDE);
        assertThat(fromGuest("client", "tcp", OURS, 8080)).isEqualTo(GATEWAY);
        assertThat(fromHost("tcp", LOOPBACK, 8080)).isEmpty();
        assertThat(fromHost("tcp", GATEWAY, 8080)).isEmpty();
        assertThat(fromGuest("client", "tcp", GATEWAY, 8080)).isEmpty();
        assertThat(host.run("cat", "/proc/sys/net/ipv4/conf/sistemo0/route_localnet")
                        .text())
                .as("no forward needs it")
                .isEqualTo("0");
        unexpose("8080");
    }

    @Test
    @Order(3)
    void aForwardAtLoopbackIsTheHostsAlone() throws Exception {
        expose(OTHER_LOOPBACK + ":8080:80");
        assertThat(fromHost("tcp", OTHER_LOOPBACK, 8080)).isEqualTo(GATEWAY);
        assertThat(fromHost("tcp", OURS, 8080)).isEmpty();
        assertThat(fromOutside("tcp", OURS, 8080)).isEmpty();
        leadLoopbackToTheHost();
        var client = machine("client");
        // Nobody repairs what is taken away here.
        daemon.kill();
        try {
            assertThat(overSsh(client, greeting("tcp", OTHER_LOOPBACK, 8080))).isEmpty();
            assertThat(fromOutside("tcp", OTHER_LOOPBACK, 8080)).isEmpty();
            String filter = takeAwayFilter((String) field(client, "namespace"));
            assertThat(overSsh(client, greeting("tcp", OTHER_LOOPBACK, 8080)))
                    .as("the host's filter is enough")
                    .isEmpty();
            host.run("nft", "flush", "chain", "inet", "sistemo", "prerouting_raw")
                    .succeeded();
            assertThat(overSsh(client, greeting("tcp", OTHER_LOOPBACK, 8080))).isEqualTo(GATEWAY + " hello");
            assertThat(fromOutside("tcp", OTHER_LOOPBACK, 8080)).isEqualTo(OUTSIDE);
            putBackFilter((String) field(client, "namespace"), filter);
            assertThat(overSsh(client, greeting("tcp", OTHER_LOOPBACK, 8080)))
                    .as("the guest's filter is enough")
                    .isEmpty();
        } finally {
            host.run("nft", "delete", "table", "inet", "sistemo");
            daemon = Daemon.up(host);
            inGuest(
                    "client",
                    "ip route del " + OTHER_LOOPBACK + "/32; ip route add local 127.0.0.0/8 dev lo table local");
        }
        assertThat(fromHost("tcp", OTHER_LOOPBACK, 8080)).isEqualTo(GATEWAY);
        unexpose("8080");
    }

    /** Whoever sends to an address of 127.0.0.0/8 does so on its own host, unless it is told otherwise, as an attacker would. */
    private void leadLoopbackToTheHost() throws Exception {
        inGuest(
                "client",
                "echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet; ip route del local 127.0.0.0/8 dev lo table local;"
                        + " ip route add " + OTHER_LOOPBACK + "/32 via "
                        + GATEWAY);
        host.run(with(FROM_OUTSIDE, "sysctl", "-q", "-w", "net.ipv4.conf.eth0.route_localnet=1"))
                .succeeded();
        host.run("ip", "-netns", "outside", "route", "replace", OTHER_LOOPBACK + "/32", "via", OURS)
                .succeeded();
        // As another program may have set it: then the kernel itself does not refuse such packets.
        host.run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/conf/up0/route_localnet")
                .succeeded();
    }

    private String takeAwayFilter(String namespace) throws Exception {
        List<String> nft = List.of("ip", "netns", "exec", namespace, "nft");
        String table = host.run(with(nft, "-s", "list", "table", "bridge", "sistemo"))
                .succeeded()
                .out();
        host.run(with(nft, "delete", "table", "bridge", "sistemo")).succeeded();
        return table;
    }

    private void putBackFilter(String namespace, String table) throws Exception {
        host.run(List.of("ip", "netns", "exec", namespace, "nft", "-f", "-"), table)
                .succeeded();
    }

    @Test
    @Order(4)
    void aConnectionOutlivesTheDaemonAndOtherForwards() throws Exception {
        expose("8080:80");
        Path over = host.scratch().resolve("streams-end");
        Path hosts = host.scratch().resolve("stream-of-host");
        Path outsides = host.scratch().resolve("stream-of-outside");
        List<Started> streams = new ArrayList<>();
        try {
            streams.add(host.start(stream(List.of(), LOOPBACK, over, hosts)));
            streams.add(host.start(stream(FROM_OUTSIDE, OURS, over, outsides)));
            awaitMore(hosts, outsides);
            daemon.kill();
            awaitMore(hosts, outsides);
            daemon = Daemon.up(host);
            awaitMore(hosts, outsides);
            for (int port = 9000; port < 9003; port++) {
                expose(port + ":80");
                awaitMore(hosts, outsides);
            }
            // What stands is left alone, though nobody new comes in.
            unexpose("8080");
            awaitMore(hosts, outsides);
            assertThat(fromHost("tcp", LOOPBACK, 8080)).isEmpty();
        } finally {
            Files.createFile(over);
            for (Started stream : streams) {
                assertThat(stream.await(STREAM_LIMIT).exitCode()).isZero();
            }
        }
        for (int port = 9000; port < 9003; port++) {
            unexpose(Integer.toString(port));
        }
    }

    private static List<String> stream(List<String> before, String address, Path over, Path count) {
        return with(before, "bash", "-c", STREAM, address, "8080", over.toString(), count.toString());
    }

    private static void awaitMore(Path... counts) throws Exception {
        for (Path count : counts) {
            int before = counted(count);
            Await.until(STREAM_LIMIT, count + " goes on", () -> counted(count) > before + 2);
        }
    }

    private static int counted(Path count) throws Exception {
        String text = Files.exists(count) ? Files.readString(count).strip() : "";
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    @Test
    @Order(5)
    void whatCannotBeIsRefusedInOneLine() throws Exception {
        assertOneClearLine(cli("machine", "expose", "web", "--port", TAKEN_PORT + ":80"), "java (process");
        assertOneClearLine(cli("machine", "expose", "web", "--port", "7777:80"), "the daemon's own");
        assertOneClearLine(
                cli("machine", "expose", "web", "--port", "198.51.100.7:80:80"), "not an address of this host");
        assertOneClearLine(cli("machine", "expose", "web", "--port", "0:80"), "1 to 65535");
        expose("8080:80");
        assertOneClearLine(cli("machine", "expose", "client", "--port", LOOPBACK + ":8080:80"), "leads to web already");
        unexpose("8080");
        assertOneClearLine(cli("machine", "unexpose", "web", "--port", "8080"), "No port 8080/tcp");
    }

    @Test
    @Order(6)
    void aStopTakesItOutAndAStartBringsItBack() throws Exception {
        expose("8080:80");
        cli("machine", "stop", "web").succeeded();
        assertThat(host.run("nft", "list", "map", "inet", "sistemo", "forwards_everywhere")
                        .out())
                .doesNotContain("8080");
        assertThat(field(machine("web"), "port_rules").toString()).contains("host_port=8080");
        cli("machine", "start", "web").succeeded();
        serve();
        assertThat(fromOutside("tcp", OURS, 8080)).isEqualTo(OUTSIDE);
        assertThat(fromHost("tcp", LOOPBACK, 8080)).isEqualTo(GATEWAY);
        unexpose("8080");
    }

    private void expose(String port) throws Exception {
        cli("machine", "expose", "web", "--port", port).succeeded();
    }

    private void unexpose(String port) throws Exception {
        cli("machine", "unexpose", "web", "--port", port).succeeded();
    }

    /** Whom the guest saw; empty when it did not answer. */
    private String fromHost(String protocol, String address, int port) throws Exception {
        return seen(host.run("timeout", "4", "bash", "-c", GREETING, protocol, address, Integer.toString(port))
                .out());
    }

    private String fromOutside(String protocol, String address, int port) throws Exception {
        return seen(host.run(with(
                        FROM_OUTSIDE,
                        "timeout",
                        "4",
                        "bash",
                        "-c",
                        GREETING,
                        protocol,
                        address,
                        Integer.toString(port)))
                .out());
    }

    private String fromGuest(String name, String protocol, String address, int port) throws Exception {
        return seen(
                cli("machine", "exec", name, greeting(protocol, address, port)).out());
    }

    private static String greeting(String protocol, String address, int port) {
        return "timeout 4 bash -c '" + GREETING + "' " + protocol + " " + address + " " + port;
    }

    private static String seen(String answer) {
        return answer.strip().replaceFirst(" hello$", "");
    }

    private static List<String> with(List<String> start, String... more) {
        return Stream.concat(start.stream(), Stream.of(more)).toList();
    }
}
