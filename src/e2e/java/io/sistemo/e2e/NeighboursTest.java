package io.sistemo.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Two machines of one network. By which name they find each other; and frames that no honest guest sends, one by one, byte by
 * byte: the neighbour says which arrived and what it believes afterwards. Then the same with the filters away, where all arrive
 * and are believed.
 */
class NeighboursTest extends DaemonTest {
    private static final String GATEWAY = "10.200.0.1";
    private static final String UNUSED = "10.200.99.99";
    private static final String ROUTER = "fe80000000000000000000000000bad0";

    /** Sends each argument as a frame. 17 is AF_PACKET, 3 SOCK_RAW; the address is a sockaddr_ll (packet(7)). */
    private static final String SENDER = """
            open my $index, "<", "/sys/class/net/eth0/ifindex" or die $!;
            my $to = pack("S n i S C C a8", 17, 0, <$index>, 0, 0, 0, "");
            socket(my $socket, 17, 3, 0) or die $!;
            send($socket, pack("H*", $_), 0, $to) // die "$!" for @ARGV;
            """;

    /**
     * Prints every frame of a test that comes in, until the honest one has; 768 is ETH_P_ALL in network order. Outgoing ones
     * are seen as well, but this guest sends none.
     */
    private static final String RECEIVER = """
            $| = 1;
            alarm 60;
            socket(my $socket, 17, 3, 768) or die $!;
            print "listening\\n";
            my $found = "";
            while (index($found, "honest") < 0) {
                recv($socket, $found, 65535, 0) // die $!;
                print unpack("H*", $found), "\\n" if index($found, "%s") >= 0;
            }
            """.formatted(Frame.MARK);

    /**
     * What it believes is asked before it speaks with anybody again, and then forgotten. QEMU keeps frames with tags that nobody
     * asked for from a guest which does not listen to everything; other VMMs do not.
     */
    private static final String RECEIVING =
            "ip link set eth0 promisc on; ip neigh flush dev eth0; /run/sistemo/bin/busybox ping -c 1 -W 5 " + GATEWAY
                    + " >/dev/null; perl -e '" + RECEIVER + "' || exit 1; echo \"gateway $(ip neigh show " + GATEWAY
                    + ")\"; echo \"router $(ip -6 route show default | tr '\\n' ' ')\"; ip neigh flush dev eth0;"
                    + " ip -6 route flush default; ip link set eth0 promisc off; exit 0";

    private static final String LOOK_UP = "getent ahostsv4 ";

    /** As they were when they were deployed: what is asked of them while the daemon stands still. */
    private Map<String, Object> attackersRecord = Map.of();

    private Map<String, Object> victimsRecord = Map.of();
    private String attacker = "";
    private String victim = "";
    private String attackersMac = "";
    private String victimsMac = "";

    @Override
    void prepare() throws Exception {
        super.prepare();
        // The test takes filters away; by its timer the daemon would put them back in the middle of that.
        host.run(
                        List.of("sh", "-c", "cat >>\"$1\"", "sh", host.dataDirectory() + "/config.yml"),
                        "reconciler_interval_sec: 86400\n")
                .succeeded();
    }

    @Override
    void populate() throws Exception {
        deploy("attacker");
        deploy("victim");
        attackersRecord = machine("attacker");
        victimsRecord = machine("victim");
        attacker = (String) field(attackersRecord, "ip_address");
        victim = (String) field(victimsRecord, "ip_address");
        attackersMac = inGuest("attacker", "cat /sys/class/net/eth0/address");
        victimsMac = inGuest("victim", "cat /sys/class/net/eth0/address");
        // Else an entry that was confirmed within the last second is kept whatever is claimed.
        inGuest(
                "victim",
                "echo 0 >/proc/sys/net/ipv4/neigh/eth0/locktime; echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_ra");
    }

    @Override
    void depopulate() throws Exception {
        delete("attacker");
        delete("victim");
    }

    @Test
    void noForgedFrameReachesANeighbour() throws Exception {
        Outcome guarded = attack("with the filters");
        assertThat(guarded.arrived()).isEmpty();
        assertThat(guarded.gatewayIsAt()).doesNotContain(attackersMac);
        assertThat(guarded.routers()).doesNotContain("bad0");
        List<String> namespaces =
                List.of((String) field(attackersRecord, "namespace"), (String) field(victimsRecord, "namespace"));
        Filters filters = new Filters(host);
        filters.withoutTheHosts(
                daemon,
                () -> filters.withoutThoseOf(namespaces, () -> {
                    Outcome open = attack("without them");
                    assertThat(open.arrived())
                            .containsExactlyElementsOf(
                                    forged().stream().map(Frame::name).toList());
                    assertThat(open.gatewayIsAt()).contains(attackersMac);
                    assertThat(open.routers()).contains("bad0");
                }));
        assertThat(attack("with the filters again").arrived()).isEmpty();
    }

    @Test
    void machinesFindEachOtherByName() throws Exception {
        Path image = TestImage.withoutInit(host);
        cli("machine", "deploy", image.toString(), "--name", "db", "--storage", "64")
                .succeeded();
        String address = (String) field(machine("db"), "ip_address");
        assertThat(inGuest("victim", "cat /etc/resolv.conf"))
                .isEqualTo("search default.internal\nnameserver " + GATEWAY);
        assertThat(addressOf("db")).isEqualTo(address);
        assertThat(addressOf("db.default.internal")).isEqualTo(address);
        assertThat(inGuest("victim", "getent hosts " + address)).contains("db.default.internal");
        cli("machine", "stop", "db").succeeded();
        assertThat(addressOf("db")).isEmpty();
        cli("machine", "start", "db").succeeded();
        assertThat(addressOf("db")).isEqualTo(address);

        String resolver =
                host.run("ps", "-C", "dnsmasq", "-o", "pid=").succeeded().text();
        daemon.kill();
        assertThat(overSsh(victimsRecord, LOOK_UP + "db")).startsWith(address + " ");
        daemon = Daemon.up(host);
        assertThat(host.run("ps", "-C", "dnsmasq", "-o", "pid=").text()).isEqualTo(resolver);
        assertThat(addressOf("db")).isEqualTo(address);
        delete("db");
        assertThat(addressOf("db")).isEmpty();
        assertThat(addressOf("attacker")).isEqualTo(attacker);
        cli("image", "delete", "without-init", "-y").succeeded();
    }

    /** Where one of the guests finds a name; empty when nowhere. */
    private String addressOf(String name) throws Exception {
        return cli("machine", "exec", "victim", LOOK_UP + name + "; exit 0")
                .succeeded()
                .text()
                .replaceFirst("(?s)\\s.*", "");
    }

    /**
     * What the attack did.
     *
     * @param arrived the names of the forged frames that the victim received
     * @param gatewayIsAt where the victim believes its gateway to be
     * @param routers the victim's default routes of IPv6
     */
    private record Outcome(List<String> arrived, String gatewayIsAt, String routers) {}

    private List<Frame> forged() {
        String arpOfGateway = Frame.arpAnswer(1, attackersMac, GATEWAY, victimsMac, victim);
        String advertisement = Frame.routerAdvertisement(ROUTER);
        String own = Frame.udp(attacker, 9, victim, 9);
        return List.of(
                Frame.of("another's Ethernet address", victimsMac, "52:54:0a:c8:63:63", own),
                Frame.of("another's IPv4 address", victimsMac, attackersMac, Frame.udp(UNUSED, 9, victim, 9)),
                Frame.of("the gateway's IPv4 address", victimsMac, attackersMac, Frame.udp(GATEWAY, 9, victim, 9)),
                Frame.of(
                        "ARP answer for a neighbour",
                        victimsMac,
                        attackersMac,
                        Frame.arpAnswer(1, attackersMac, UNUSED, victimsMac, victim)),
                Frame.of(
                        "ARP answer, hardware type 6",
                        victimsMac,
                        attackersMac,
                        Frame.arpAnswer(6, attackersMac, GATEWAY, victimsMac, victim)),
                Frame.of(
                        "own address at another's hardware",
                        victimsMac,
                        attackersMac,
                        Frame.arpAnswer(1, "52:54:0a:c8:63:63", attacker, victimsMac, victim)),
                Frame.of(
                        "announcement of the gateway",
                        "everybody",
                        attackersMac,
                        Frame.announcement(attackersMac, GATEWAY)),
                Frame.of(
                        "ARP in a priority tag",
                        victimsMac,
                        attackersMac,
                        "8100" + "0000" + Frame.announcement(attackersMac, "10.200.99.1")),
                Frame.of(
                        "ARP in VLAN 5",
                        victimsMac,
                        attackersMac,
                        "8100" + "0005" + Frame.announcement(attackersMac, "10.200.99.2")),
                Frame.of("IPv4 in two tags", victimsMac, attackersMac, "88a8" + "0000" + "8100" + "0005" + own),
                Frame.of("DHCP offer", "everybody", attackersMac, Frame.udp(attacker, 67, "255.255.255.255", 68)),
                Frame.of("IPv6 router advertisement", "33:33:00:00:00:01", attackersMac, advertisement),
                Frame.of(
                        "the same in a priority tag",
                        "33:33:00:00:00:01",
                        attackersMac,
                        "8100" + "0000" + Frame.routerAdvertisement(ROUTER.replace("bad0", "bad1"))),
                Frame.of("a protocol of its own", victimsMac, attackersMac, "88b5"),
                Frame.of("802.3 with a length", victimsMac, attackersMac, "002e" + "aaaa03000000" + own),
                Frame.of("to 169.254.0.0/16", victimsMac, attackersMac, Frame.udp(attacker, 9, "169.254.169.254", 80)),
                Frame.of("mail to a neighbour", victimsMac, attackersMac, Frame.syn(attacker, victim, 25)),
                Frame.of(
                        "to the neighbour's sshd of ours", victimsMac, attackersMac, Frame.syn(attacker, victim, 2222)),
                Frame.of("ARP answer for the gateway", victimsMac, attackersMac, arpOfGateway));
    }

    private Outcome attack(String how) throws Exception {
        Path heard = Files.createTempFile(host.scratch(), "heard", "");
        Started receiver = host.start(sshCommand(victimsRecord, RECEIVING), heard);
        Await.until(
                BOOT_LIMIT, "the victim listens", () -> Files.readString(heard).contains("listening"));
        List<Frame> forged = forged();
        String honest = Frame.udp(attacker, 9, victim, 9) + HexFormat.of().formatHex("honest".getBytes(US_ASCII));
        String frames = Stream.concat(forged.stream(), Stream.of(Frame.of("honest", victimsMac, attackersMac, honest)))
                .map(Frame::hex)
                .collect(Collectors.joining(" "));
        overSsh(attackersRecord, "perl -e '" + SENDER + "' " + frames);
        receiver.await(BOOT_LIMIT);
        List<String> lines = Files.readAllLines(heard);
        Outcome outcome = new Outcome(
                forged.stream()
                        .filter(frame -> lines.stream().anyMatch(line -> line.startsWith(frame.startWhenReceived())))
                        .map(Frame::name)
                        .toList(),
                after("gateway ", lines),
                after("router ", lines));
        print(how, forged, outcome);
        return outcome;
    }

    private static String after(String word, List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(word))
                .findFirst()
                .map(line -> line.substring(word.length()))
                .orElseThrow(() -> new AssertionError("the victim did not end well: " + lines));
    }

    private static void print(String how, List<Frame> forged, Outcome outcome) {
        System.out.println("An attack " + how + ":");
        for (Frame frame : forged) {
            String verdict = outcome.arrived().contains(frame.name()) ? "arrived" : "dropped";
            System.out.printf("  %-36s %-8s %s%n", frame.name(), verdict, frame.start());
        }
        System.out.println("  the victim believes its gateway at " + outcome.gatewayIsAt());
        System.out.println("  and its IPv6 router at " + (outcome.routers().isBlank() ? "none" : outcome.routers()));
    }
}
