package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What limits do to a guest, against the same guest without any: the same things are done before and after a daemon is told
 * limits and the machine is started anew. A limit is the least time that something takes, however busy the host is.
 */
class DeviceLimitsTest extends DaemonTest {
    private static final int OPERATIONS_PER_SECOND = 100;
    private static final int READS = 500;
    private static final int DISK_MEGABYTES_PER_SECOND = 2;
    private static final int DISK_MEGABYTES = 10;
    private static final int MEGABITS_PER_SECOND = 2;
    private static final double BYTES_PER_SECOND = MEGABITS_PER_SECOND * 125_000;
    private static final int SENT_BYTES = 1_500_000;
    /** What the filter lets through at once. */
    private static final double BURST_BYTES = BYTES_PER_SECOND + (64 << 10);

    private final String readSmall = "dd if=/dev/vda of=/dev/null bs=4k iflag=direct count=" + READS;
    private final String readLarge = "dd if=/dev/vda of=/dev/null bs=500k iflag=direct count=" + 2 * DISK_MEGABYTES;

    /** Takes connections one after another: after an "r" it reads so much and says so, after anything else it writes so much. */
    private static final String PEER = """
            cat >/root/peer <<'EOF'
            use IO::Socket::INET;
            my $listener = IO::Socket::INET->new(LocalPort => 5001, Listen => 1, ReuseAddr => 1) or die;
            while (my $peer = $listener->accept) {
                read($peer, my $wish, 1);
                if ($wish eq "r") {
                    read($peer, my $all, %1$d);
                    print $peer length($all), "\\n";
                } else {
                    print $peer "0" x %1$d;
                }
                close $peer;
            }
            EOF
            setsid perl /root/peer >/dev/null 2>&1 </dev/null &
            until grep -q :1389 /proc/net/tcp; do sleep 0.1; done
            """.formatted(SENT_BYTES);

    private record Seconds(double smallReads, double largeReads, double receiving, double sending) {}

    private Seconds unlimited = new Seconds(0, 0, 0, 0);
    private Seconds limited = new Seconds(0, 0, 0, 0);
    private Map<String, Object> status = Map.of();

    @Override
    void populate() throws Exception {
        deploy("m");
    }

    @Override
    void depopulate() throws Exception {
        delete("m");
    }

    @BeforeAll
    void measure() throws Exception {
        assertThat(machine("m")).extractingByKey("limits").asString().doesNotContainPattern("[0-9]");
        // From then on it is in the host's memory, whose disk is not what is measured.
        inGuest("m", readLarge + " 2>&1");
        unlimited = measureOnce();
        daemon.terminate();
        Files.writeString(host.dataDirectory().resolve("config.yml"), """
                default_bandwidth_mbps: %d
                default_upload_mbps: %d
                default_iops: %d
                default_disk_bw_mbps: %d
                """.formatted(
                        MEGABITS_PER_SECOND, MEGABITS_PER_SECOND, OPERATIONS_PER_SECOND, DISK_MEGABYTES_PER_SECOND));
        daemon = Daemon.up(host);
        // What runs stays as it was started.
        assertThat(machine("m")).extractingByKey("limits").asString().doesNotContainPattern("[0-9]");
        cli("machine", "restart", "m").succeeded();
        status = machine("m");
        limited = measureOnce();
        System.out.println("seconds without limits: " + unlimited + ", with limits: " + limited);
    }

    private Seconds measureOnce() throws Exception {
        inGuest("m", PEER);
        String address = field(machine("m"), "ip_address").toString();
        return new Seconds(
                secondsInGuest(readSmall),
                secondsInGuest(readLarge),
                secondsOfTalk(
                        address, "printf r >&3; head -c " + SENT_BYTES + " /dev/zero >&3; read -r all <&3; echo $all"),
                secondsOfTalk(address, "printf s >&3; wc -c <&3"));
    }

    /** As the guest's own clock has it. */
    private double secondsInGuest(String command) throws Exception {
        return Double.parseDouble(inGuest(
                "m",
                "a=$(cut -d ' ' -f 1 /proc/uptime); " + command + " 2>/dev/null && b=$(cut -d ' ' -f 1 /proc/uptime)"
                        + " && perl -e 'print $ARGV[1] - $ARGV[0]' $a $b"));
    }

    /** From connected to all of it through, without anything that would take time beside the network. */
    private double secondsOfTalk(String address, String script) throws Exception {
        String[] printed = host.run(
                        "bash",
                        "-c",
                        "exec 3<>/dev/tcp/" + address + "/5001; began=$(date +%s%N); " + script
                                + "; echo $(($(date +%s%N) - began))")
                .succeeded()
                .text()
                .split("\\s+", -1);
        assertThat(printed[0]).isEqualTo(Integer.toString(SENT_BYTES));
        return Long.parseLong(printed[1]) / 1e9;
    }

    private static void assertBites(double least, double unlimited, double limited) {
        assertThat(limited).as("seconds with the limit").isGreaterThan(least);
        assertThat(unlimited).as("seconds without").isLessThan(least);
    }

    @Test
    void requestsOfADiskAreHeldBack() {
        // The first tenth of a second's worth is for free.
        assertBites(
                0.9 * (READS - OPERATIONS_PER_SECOND) / OPERATIONS_PER_SECOND,
                unlimited.smallReads(),
                limited.smallReads());
    }

    @Test
    void bytesOfADiskAreHeldBack() {
        assertBites(
                0.9 * (DISK_MEGABYTES - DISK_MEGABYTES_PER_SECOND) / DISK_MEGABYTES_PER_SECOND,
                unlimited.largeReads(),
                limited.largeReads());
    }

    @Test
    void whatAGuestReceivesAndSendsIsHeldBack() {
        assumeTrue(
                !PrivateHost.runsFirecracker(),
                "SKIPPED: Firecracker limits its network device itself, and the one that stands in for it does not");
        double least = (SENT_BYTES - BURST_BYTES) / BYTES_PER_SECOND;
        assertBites(least, unlimited.receiving(), limited.receiving());
        assertBites(least, unlimited.sending(), limited.sending());
    }

    @Test
    void theLimitsAreTold() throws Exception {
        assertThat(status.get("limits"))
                .hasToString("{bandwidth_mbps=" + MEGABITS_PER_SECOND + ", upload_mbps=" + MEGABITS_PER_SECOND
                        + ", iops=" + OPERATIONS_PER_SECOND + ", disk_bw_mbps=" + DISK_MEGABYTES_PER_SECOND + "}");
        assertThat(cli("machine", "status", "m").succeeded().out())
                .contains("receives 2 Mbit/s, sends 2 Mbit/s, each disk 100 requests/s, each disk 2 MB/s");
    }
}
