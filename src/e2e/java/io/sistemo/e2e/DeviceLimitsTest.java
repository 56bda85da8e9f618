package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

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

    private final String readSmall = "dd if=/dev/vda of=/dev/null bs=4k iflag=direct count=" + READS;
    private final String readLarge = "dd if=/dev/vda of=/dev/null bs=500k iflag=direct count=" + 2 * DISK_MEGABYTES;

    private record Seconds(double smallReads, double largeReads) {}

    private Seconds unlimited = new Seconds(0, 0);
    private Seconds limited = new Seconds(0, 0);
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
        return new Seconds(secondsInGuest(readSmall), secondsInGuest(readLarge));
    }

    /** As the guest's own clock has it. */
    private double secondsInGuest(String command) throws Exception {
        return Double.parseDouble(inGuest(
                "m",
                "a=$(cut -d ' ' -f 1 /proc/uptime); " + command + " 2>/dev/null && b=$(cut -d ' ' -f 1 /proc/uptime)"
                        + " && perl -e 'print $ARGV[1] - $ARGV[0]' $a $b"));
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
    void theLimitsAreTold() throws Exception {
        assertThat(status.get("limits"))
                .hasToString("{bandwidth_mbps=" + MEGABITS_PER_SECOND + ", upload_mbps=" + MEGABITS_PER_SECOND
                        + ", iops=" + OPERATIONS_PER_SECOND + ", disk_bw_mbps=" + DISK_MEGABYTES_PER_SECOND + "}");
        assertThat(cli("machine", "status", "m").succeeded().out())
                .contains("receives 2 Mbit/s, sends 2 Mbit/s, each disk 100 requests/s, each disk 2 MB/s");
    }
}
