package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What a guest can reach, proved with packets that a real guest sends. Each refusal is shown to come from our filter: with
 * the filter away the same packet arrives. An "outside" namespace stands for the rest of the world.
 */
class GuestNetworkTest extends DaemonTest {
    private static final String OUTSIDE = "192.0.2.2";
    private static final String GATEWAY = "10.200.0.1";
    private static final String CLAIMED = "10.200.77.77";
    private static final String IPV6_OFF = "/proc/sys/net/ipv6/conf/sistemo0/disable_ipv6";
    private static final String LOOPBACK_ROUTED = "/proc/sys/net/ipv4/conf/sistemo0/route_localnet";
    /** As another bridge of the host has it. */
    private static final String ANOTHER_GATEWAY = "10.250.0.1";

    private static final int HOST_PORT = 8099;
    private static final int API_PORT = 7777;
    private static final int DNS_PORT = 53;

    /** As it was when it was deployed: what is asked of it while the daemon stands still. */
    private Map<String, Object> web = Map.of();

    @Override
    void prepare() throws Exception {
        super.prepare();
        // The tests take filters away; by its timer the daemon would put them back in the middle of that.
        host.run(
                        List.of("sh", "-c", "cat >>\"$1\"", "sh", host.dataDirectory() + "/config.yml"),
                        "reconciler_interval_sec: 86400\n")
                .succeeded();
        FarEnd.connect(host, "outside", "up0", "192.0.2.1", OUTSIDE);
        host.run("ip", "link", "add", "other0", "type", "bridge").succeeded();
        host.run("ip", "address", "add", ANOTHER_GATEWAY + "/24", "dev", "other0")
                .succeeded();
        host.run("ip", "link", "set", "other0", "up").succeeded();
        host.run("ip", "route", "add", "default", "via", OUTSIDE).succeeded();
        // An answer to an address that is not masqueraded finds its way back.
        inOutside("route", "add", "10.200.0.0/16", "via", "192.0.2.1");
        host.start(listener(List.of("ip", "netns", "exec", "outside"), "25", "80", "465", "587"));
        host.start(listener(List.of(), Integer.toString(HOST_PORT)));
        Await.until(BOOT_LIMIT, "the outside listens", () -> Listener.answers(host, OUTSIDE, 80));
        Await.until(BOOT_LIMIT, "the host listens", () -> Listener.answers(host, "192.0.2.1", HOST_PORT));
    }

    @Override
    void populate() throws Exception {
        deploy("web");
        web = machine("web");
    }

    @Override
    void depopulate() throws Exception {
        delete("web");
    }

    @Test
    void mailPortsAreDroppedAndOthersPass() throws Exception {
        assertThat(guestReaches(OUTSIDE, 80)).isTrue();
        for (int port : List.of(25, 465, 587)) {
            assertThat(guestReaches(OUTSIDE, port)).as("port %d", port).isFalse();
        }
        withoutGuestFilter(() -> assertThat(guestReaches(OUTSIDE, 25)).isTrue());
    }

    @Test
    void anAddressThatIsNotTheGuestsIsDropped() throws Exception {
        inGuest(
                "web",
                "ip address add 10.200.99.99/16 dev eth0 && ip route add " + OUTSIDE + "/32 via " + GATEWAY
                        + " src 10.200.99.99");
        try {
            assertThat(guestReaches(OUTSIDE, 80)).isFalse();
            withoutGuestFilter(() -> assertThat(guestReaches(OUTSIDE, 80)).isTrue());
        } finally {
            inGuest("web", "ip route del " + OUTSIDE + "/32; ip address del 10.200.99.99/16 dev eth0");
        }
    }

    @Test
    void anEthernetAddressThatIsNotTheGuestsIsDropped() throws Exception {
        assertThat(reachesWithAnotherEthernetAddress()).isFalse();
        withoutGuestFilter(() -> assertThat(reachesWithAnotherEthernetAddress()).isTrue());
    }

    @Test
    void theHostsListenersAreOutOfReach() throws Exception {
        assertThat(reachedOnTheHost()).isEmpty();
        assertThat(guestReaches(GATEWAY, API_PORT)).isFalse();
        withoutHostFilter(() -> assertThat(reachedOnTheHost()).containsExactly(GATEWAY, "192.0.2.1", ANOTHER_GATEWAY));
        assertThat(reachedOnTheHost()).isEmpty();
    }

    @Test
    void theResolverAnswersItsOwnGuestsAndNobodyFromOutside() throws Exception {
        assertThat(guestReaches(GATEWAY, DNS_PORT)).isTrue();
        assertThat(outsideReachesTheResolver()).isFalse();
        withoutHostFilter(() -> assertThat(outsideReachesTheResolver()).isTrue());
    }

    private boolean outsideReachesTheResolver() throws Exception {
        String connect = "exec 3<>/dev/tcp/" + GATEWAY + "/" + DNS_PORT;
        return host.run("ip", "netns", "exec", "outside", "timeout", "3", "bash", "-c", connect)
                        .exitCode()
                == 0;
    }

    /** At which of its addresses the host's listener answers the guest. */
    private List<String> reachedOnTheHost() throws Exception {
        List<String> reached = new ArrayList<>();
        for (String address : List.of(GATEWAY, "192.0.2.1", ANOTHER_GATEWAY)) {
            boolean isReached = guestReaches(address, HOST_PORT);
            System.out.println("to the host at " + address + ": " + (isReached ? "arrived" : "dropped"));
            if (isReached) {
                reached.add(address);
            }
        }
        return reached;
    }

    /** The guest sends what is for 127.0.0.1 to its gateway; the host's kernel would take it, as some forwards need it to. Two filters keep it away. */
    @Test
    void theHostsLoopbackIsOutOfReach() throws Exception {
        host.run("sh", "-c", "echo 1 >" + LOOPBACK_ROUTED).succeeded();
        inGuest(
                "web",
                "echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet; ip address del 127.0.0.1/8 dev lo;"
                        + " ip route add 127.0.0.1/32 via " + GATEWAY);
        try {
            assertThat(guestReaches("127.0.0.1", HOST_PORT)).isFalse();
            assertThat(guestReaches("127.0.0.1", API_PORT)).isFalse();
            withoutGuestFilter(() -> assertThat(guestReaches("127.0.0.1", HOST_PORT))
                    .as("the host's filter is enough")
                    .isFalse());
            withoutHostFilter(() -> {
                // The daemon puts the setting right when it sees it.
                host.run("sh", "-c", "echo 1 >" + LOOPBACK_ROUTED).succeeded();
                assertThat(guestReaches("127.0.0.1", HOST_PORT))
                        .as("the guest's filter is enough")
                        .isFalse();
                withoutGuestFilter(() -> {
                    assertThat(guestReaches("127.0.0.1", HOST_PORT)).isTrue();
                    assertThat(guestReaches("127.0.0.1", API_PORT)).isTrue();
                });
            });
        } finally {
            inGuest(
                    "web",
                    "ip route del 127.0.0.1/32 via " + GATEWAY + "; ip address add 127.0.0.1/8 dev lo;"
                            + " echo 0 >/proc/sys/net/ipv4/conf/eth0/route_localnet");
            host.run("sh", "-c", "echo 0 >" + LOOPBACK_ROUTED).succeeded();
        }
    }

    @Test
    void theHostIsOutOfReachByItsLinkLocalAddressToo() throws Exception {
        String linkLocal = linkLocal(
                host.run("cat", "/sys/class/net/sistemo0/address").succeeded().text());
        assertThat(guestReaches(linkLocal + "%eth0", HOST_PORT)).isFalse();
        assertThat(host.run("ip", "-6", "address", "show", "dev", "sistemo0").out())
                .doesNotContain("fe80");
        assertThat(host.run("cat", IPV6_OFF).text()).isEqualTo("1");
        // Each of three has to go before the packet arrives: the switch, the host's filter and the guest's.
        host.run("sh", "-c", "echo 0 >" + IPV6_OFF).succeeded();
        try {
            Await.until(
                    BOOT_LIMIT,
                    "the bridge has its address",
                    () -> host.run("ip", "-6", "address", "show", "sistemo0")
                            .out()
                            .matches("(?s).*" + linkLocal + "/64 scope link(?! tentative).*"));
            assertThat(guestReaches(linkLocal + "%eth0", HOST_PORT)).isFalse();
            withoutHostFilter(() -> {
                assertThat(guestReaches(linkLocal + "%eth0", HOST_PORT)).isFalse();
                withoutGuestFilter(() ->
                        assertThat(guestReaches(linkLocal + "%eth0", HOST_PORT)).isTrue());
            });
        } finally {
            host.run("sh", "-c", "echo 1 >" + IPV6_OFF).succeeded();
        }
    }

    @Test
    void anAddressOfAnotherIsNotClaimedByArp() throws Exception {
        claimByArp();
        assertThat(believedByTheHost()).isFalse();
        withoutGuestFilter(() -> {
            claimByArp();
            assertThat(believedByTheHost()).isTrue();
        });
        host.run("ip", "neigh", "del", CLAIMED, "dev", "sistemo0").succeeded();
    }

    /** The busybox of our own tools asks the gateway in the name of an address that nobody has. */
    private void claimByArp() throws Exception {
        inGuest(
                "web",
                "ip address add " + CLAIMED + "/32 dev eth0; /run/sistemo/bin/busybox arping -c 2 -w 3 -I eth0 -s "
                        + CLAIMED + " " + GATEWAY + "; ip address del " + CLAIMED + "/32 dev eth0");
    }

    private boolean believedByTheHost() throws Exception {
        return host.run("ip", "neigh", "show", CLAIMED).out().contains("lladdr");
    }

    @Test
    void theGatewayAnswersToPing() throws Exception {
        assertThat(inGuest("web", "ip route")).contains("default via " + GATEWAY);
        inGuest("web", "/run/sistemo/bin/busybox ping -c 1 -W 5 " + GATEWAY);
    }

    private boolean guestReaches(String address, int port) throws Exception {
        String script = "timeout 3 bash -c 'exec 3<>/dev/tcp/" + address + "/" + port + "' 2>/dev/null";
        return overSsh(web, script + " && echo reached || echo not").equals("reached");
    }

    /** The session that runs this stalls while the address is wrong and goes on afterwards. */
    private boolean reachesWithAnotherEthernetAddress() throws Exception {
        String script = "own=$(cat /sys/class/net/eth0/address); ip link set eth0 address 52:54:00:00:00:99; "
                + "timeout 3 bash -c 'exec 3<>/dev/tcp/" + OUTSIDE + "/80'; result=$?; "
                + "ip link set eth0 address $own; exit $result";
        return cli("machine", "exec", "web", script).exitCode() == 0;
    }

    private void withoutGuestFilter(Filters.Check check) throws Exception {
        new Filters(host).withoutThoseOf(List.of((String) field(web, "namespace")), check);
    }

    private void withoutHostFilter(Filters.Check check) throws Exception {
        new Filters(host).withoutTheHosts(daemon, check);
    }

    /** RFC 4291, appendix A: the modified EUI-64 of an Ethernet address. */
    private static String linkLocal(String ethernet) {
        int[] bytes = new int[6];
        String[] parts = ethernet.split(":", -1);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Integer.parseInt(parts[i], 16);
        }
        return String.format(
                "fe80::%x:%xff:fe%02x:%x",
                ((bytes[0] ^ 2) << 8) | bytes[1], bytes[2], bytes[3], (bytes[4] << 8) | bytes[5]);
    }

    private void inOutside(String... arguments) throws Exception {
        host.run(with(List.of("ip", "-netns", "outside"), arguments)).succeeded();
    }

    private static List<String> listener(List<String> before, String... ports) {
        return with(
                with(before, Repository.java(), "-cp", Repository.TEST_CLASSES.toString(), Listener.class.getName()),
                ports);
    }

    private static List<String> with(List<String> start, String... more) {
        return java.util.stream.Stream.concat(start.stream(), java.util.Arrays.stream(more))
                .toList();
    }
}
