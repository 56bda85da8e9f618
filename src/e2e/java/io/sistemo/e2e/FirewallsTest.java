package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.daemon.FirewallsOfOthers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Guests on a host where Docker, ufw or firewalld drops what nobody has decided about: what their network promises holds with our rule
 * in the chain of the other program and does not without it, and networks are as much apart as ever. An "outside" namespace stands
 * for the world, one behind {@code docker0} for a container. Packets between neighbours meet the same chains, as they do where the
 * kernel's br_netfilter is in use.
 */
class FirewallsTest extends DaemonTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** What is promised. */
    private static final Duration REPAIR_LIMIT = Duration.ofSeconds(5);

    private static final String BUSYBOX = SmallGuest.BUSYBOX;
    private static final String GATEWAY = "10.200.0.1";
    private static final String OUTSIDE = "192.0.2.2";
    private static final String OURS = "192.0.2.1";
    private static final String CONTAINER = "172.17.0.2";
    private static final int PORT = 8080;

    private static final String ALL = "names outside neighbour forward";

    private Map<String, Object> one = Map.of();
    private Map<String, Object> two = Map.of();
    private Map<String, Object> other = Map.of();

    @Override
    void prepare() throws Exception {
        super.prepare();
        // So seldom that only what is heard of is repaired.
        Files.writeString(host.dataDirectory().resolve("config.yml"), "reconciler_interval_sec: 86400\n");
        connect("outside", "up0", OURS, OUTSIDE);
        host.run("ip", "link", "add", "docker0", "type", "bridge").succeeded();
        connect("container", "vethc", "", CONTAINER);
        host.run("ip", "link", "set", "vethc", "master", "docker0").succeeded();
        host.run("ip", "address", "add", "172.17.0.1/24", "dev", "docker0").succeeded();
        host.run("ip", "link", "set", "docker0", "up").succeeded();
        host.run("ip", "-netns", "container", "route", "add", "default", "via", "172.17.0.1")
                .succeeded();
        host.run("sh", "-c", "echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables")
                .succeeded();
    }

    /** In its namespace somebody answers at a port. */
    private void connect(String namespace, String link, String ours, String theirs) throws Exception {
        FarEnd.connect(host, namespace, link, ours, theirs);
        host.start(List.of(
                "ip",
                "netns",
                "exec",
                namespace,
                "busybox",
                "nc",
                "-ll",
                "-p",
                Integer.toString(PORT),
                "-e",
                "echo",
                namespace));
    }

    @Override
    void populate() throws Exception {
        cli("image", "pull", TestImage.withoutInit(host).toString()).succeeded();
        cli("network", "create", "blue").succeeded();
        one = SmallGuest.deploy(this, "one", "default", PORT);
        two = SmallGuest.deploy(this, "two", "default", PORT);
        other = SmallGuest.deploy(this, "other", "blue", PORT);
        cli("machine", "expose", "one", "--port", "9090:" + PORT).succeeded();
    }

    @Override
    void depopulate() throws Exception {
        for (String name : List.of("one", "two", "other")) {
            delete(name);
        }
        cli("network", "delete", "blue").succeeded();
        cli("image", "delete", "without-init", "-y").succeeded();
    }

    @AfterEach
    void removeFirewalls() throws Exception {
        for (String table : List.of("filter", "nat")) {
            host.run("nft", "delete", "table", "ip", table);
        }
        host.run("nft", "delete", "table", "inet", "firewalld");
        Await.until(LIMIT, "all is as before", () -> passes().equals(ALL));
    }

    /** What works of all that a network promises, a word for each; with no daemon between. */
    private String passes() throws Exception {
        String neighbour = (String) field(two, "ip_address");
        String seen = overSsh(
                one,
                BUSYBOX + "timeout 2 " + BUSYBOX + "nslookup -type=a two.default.internal " + GATEWAY
                        + " 2>/dev/null | "
                        + BUSYBOX
                        + "grep -q " + neighbour + " && echo names; "
                        + get(OUTSIDE) + " && echo outside; "
                        + get(neighbour) + " && echo neighbour");
        boolean isForwarded = host.run("ip", "netns", "exec", "outside", "timeout", "2", "busybox", "nc", OURS, "9090")
                .text()
                .equals("one");
        return (seen + (isForwarded ? "\nforward" : "")).strip().replace('\n', ' ');
    }

    private static String get(String address) {
        return BUSYBOX + "nc -w 2 " + address + " " + PORT + " </dev/null 2>/dev/null | " + BUSYBOX + "grep -q .";
    }

    private boolean reaches(Map<String, Object> from, String address) throws Exception {
        return overSsh(from, get(address) + " && echo yes").equals("yes");
    }

    private void assertApart() throws Exception {
        assertThat(reaches(one, (String) field(other, "ip_address"))).isFalse();
        assertThat(reaches(other, (String) field(one, "ip_address"))).isFalse();
    }

    private void restore(String rules) throws Exception {
        host.run(List.of("iptables-restore", "--noflush"), rules).succeeded();
    }

    private String rulesOf(String chain) throws Exception {
        return host.run("iptables", "-S", chain).succeeded().out();
    }

    /** The daemon stands still before, and goes on after it: what is tried is tried without its rules. */
    private void whileNobodyRepairs(Filters.Check check) throws Exception {
        daemon.signal("STOP");
        try {
            check.run();
        } finally {
            daemon.signal("CONT");
        }
    }

    private void awaitRuleIn(String chain) throws Exception {
        Await.until(
                REPAIR_LIMIT, "our rule is in " + chain, () -> rulesOf(chain).contains("sistemo:"));
    }

    @Test
    void withDocker() throws Exception {
        assertThat(passes()).isEqualTo(ALL);
        whileNobodyRepairs(() -> {
            restore(FirewallsOfOthers.DOCKER);
            assertThat(passes()).as("of what Docker lets pass").isEqualTo("names");
        });
        awaitRuleIn("FORWARD");
        assertThat(passes()).isEqualTo(ALL);
        assertApart();
        assertThat(cli("doctor").out()).contains("no other firewall is in the way");
        host.run("iptables", "-F", "FORWARD").succeeded();
        restore("*filter\n-A FORWARD -j DOCKER-USER\n-A FORWARD -j DOCKER-FORWARD\nCOMMIT\n");
        awaitRuleIn("FORWARD");
        assertThat(passes()).isEqualTo(ALL);
    }

    /** The reason for our rule to be the last one of FORWARD: in DOCKER-USER it would come before those that guard containers. */
    @Test
    void containersAreAsGuardedAsBefore() throws Exception {
        assertThat(reaches(one, CONTAINER)).as("without Docker's rules").isTrue();
        restore(FirewallsOfOthers.DOCKER);
        awaitRuleIn("FORWARD");
        Await.until(LIMIT, "the world is reached", () -> reaches(one, OUTSIDE));
        assertThat(reaches(one, CONTAINER)).isFalse();
        host.run("iptables", "-I", "DOCKER-USER", "-m", "mark", "--mark", "0x10000000/0x10000000", "-j", "ACCEPT")
                .succeeded();
        assertThat(reaches(one, CONTAINER)).as("with our rule there").isTrue();
    }

    @Test
    void withUfw() throws Exception {
        whileNobodyRepairs(() -> {
            restore(FirewallsOfOthers.UFW);
            assertThat(passes()).as("of what ufw lets pass").isEmpty();
        });
        awaitRuleIn("ufw-after-forward");
        awaitRuleIn("ufw-after-input");
        assertThat(passes()).isEqualTo(ALL);
        assertApart();
        // What a user forbids is forbidden.
        host.run("iptables", "-A", "ufw-user-forward", "-d", OUTSIDE, "-j", "DROP")
                .succeeded();
        assertThat(reaches(one, OUTSIDE)).isFalse();
    }

    @Test
    void withFirewalldDoctorKnowsWhatToType() throws Exception {
        host.run(List.of("nft", "-f", "-"), FirewallsOfOthers.firewalld()).succeeded();
        assertThat(passes()).isEqualTo("forward");
        String told = cli("doctor").out();
        assertThat(told).contains("firewall-cmd --permanent --zone=trusted", "--add-interface=sistemo0", "br-blue");
        host.run("nft", "delete", "table", "inet", "firewalld").succeeded();
        host.run(List.of("nft", "-f", "-"), FirewallsOfOthers.firewalld("sistemo0", "br-blue"))
                .succeeded();
        assertThat(passes()).isEqualTo(ALL);
        assertApart();
        assertThat(cli("doctor").out()).contains("no other firewall is in the way");
    }
}
