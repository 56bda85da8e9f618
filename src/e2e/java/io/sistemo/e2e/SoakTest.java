package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Crash anywhere, lose nothing, with the real thing: several clients deploy, write, read, stop, start, restart, pause, resume and
 * delete, make, attach, detach, resize, copy and delete volumes, keep the roots of machines and deploy on them, one pulls and
 * deletes an image, one makes and deletes a network, and one exports a volume and imports it as another, while the daemon is
 * killed or told to stop, VMMs are killed and the disk fills and frees. Half of the machines are on a network of their own.
 * Afterwards every byte that a guest has synced is there, every machine that should run runs and answers, every answer is
 * explained, and nothing is left.
 *
 * <p>{@code soak.minutes} says how long (5), {@code soak.seed} with which random numbers (new ones). The seed decides what is
 * chosen, not how long the kernel takes for it.
 */
class SoakTest extends DaemonTest {
    private static final long MINUTES = Long.getLong("soak.minutes", 5);
    private static final long SEED = Long.getLong("soak.seed", new Random().nextInt(1_000_000));
    private static final int DISK_MEBIBYTES = 512;
    private static final int CLIENTS = 3;
    private static final int MACHINES = 4;
    private static final int VOLUMES = 4;
    /** Of the machines, in their order. */
    private static final List<String> POLICIES = List.of("no", "always", "on-failure", "no");
    /** Of the machines, in their order. */
    private static final List<String> NETWORKS = List.of("default", "lasting", "default", "lasting");

    private final SoakDisturbances disturbances = new SoakDisturbances();
    private final SoakReport report = new SoakReport();
    private Path secondImage = Path.of("");

    @Override
    void prepare() throws Exception {
        SmallDisk.make(host, DISK_MEBIBYTES);
        // Whatever can run out of room does: deploys are not refused ahead of it.
        host.run(
                        List.of("sh", "-c", "cat >\"$1\"", "sh", host.dataDirectory() + "/config.yml"),
                        "min_disk_free_mb: 0\nreconciler_interval_sec: 5\nstop_timeout_sec: 15\n")
                .succeeded();
    }

    @Override
    void populate() throws Exception {
        cli("image", "pull", TestImage.withoutInit(host).toString()).succeeded();
        secondImage = TestImage.oneStaticBinary(host);
        cli("network", "create", "lasting").succeeded();
    }

    @Override
    void depopulate() throws Exception {
        cli("image", "delete", SoakRequests.IMAGE, "-y").succeeded();
        cli("network", "delete", "lasting").succeeded();
    }

    @Test
    void losesNothing() throws Exception {
        System.out.println(
                "soak: seed " + SEED + ", " + MINUTES + " minutes, " + CLIENTS + " clients, " + MACHINES + " machines");
        List<SoakMachine> machines = IntStream.range(0, MACHINES)
                .mapToObj(number ->
                        new SoakMachine("soak" + number, number == 0, POLICIES.get(number), NETWORKS.get(number)))
                .toList();
        List<SoakVolume> volumes = IntStream.range(0, VOLUMES)
                .mapToObj(number -> new SoakVolume("data" + number, number == 0))
                .toList();
        disturb(machines, volumes);
        SoakEnd end = new SoakEnd(client(CLIENTS), new SoakRequests(host, new Random(SEED)), report);
        int running = end.requireRunning(machines);
        long bytes = end.requireBytes(machines, volumes);
        end.deleteAll(machines, volumes);
        System.out.println(report.text());
        System.out.printf(
                Locale.ROOT,
                "soak: %d daemon kills and %d stops, %d VMM kills, %d full disks; %d machines that should run do and"
                        + " answer; %d synced bytes are there; %d violations; seed %d%n",
                disturbances.count(SoakAnswer.Cause.DAEMON_KILLED),
                disturbances.count(SoakAnswer.Cause.DAEMON_STOPPED),
                disturbances.count(SoakAnswer.Cause.VMM_KILLED),
                disturbances.count(SoakAnswer.Cause.DISK_FULL),
                running,
                bytes,
                report.violations().size(),
                SEED);
        assertThat(report.violations()).as("violations, seed %d", SEED).isEmpty();
        // What did not happen was not tested.
        assertThat(bytes).as("synced bytes that were looked at").isPositive();
        assertThat(disturbances.count(SoakAnswer.Cause.DAEMON_KILLED)
                        + disturbances.count(SoakAnswer.Cause.DAEMON_STOPPED))
                .isGreaterThanOrEqualTo(MINUTES);
        assertThat(disturbances.count(SoakAnswer.Cause.VMM_KILLED)).isGreaterThanOrEqualTo(MINUTES);
        assertThat(disturbances.count(SoakAnswer.Cause.DISK_FULL))
                .isGreaterThanOrEqualTo(PrivateHost.runsFirecracker() ? 0 : MINUTES / 5);
        leavesNothing();
        System.out.println("soak: 0 leaked things");
    }

    private SoakClient client(int number) {
        return new SoakClient(host, disturbances, report, new Random(SEED * 31 + number));
    }

    private void disturb(List<SoakMachine> machines, List<SoakVolume> volumes) throws Exception {
        SoakChaos chaos = new SoakChaos(host, daemon, disturbances, report);
        long deadline = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            SoakClient client = client(i);
            clients.add(Thread.ofPlatform().name("client " + i).start(() -> client.run(machines, volumes, deadline)));
        }
        SoakImages images = new SoakImages(host, disturbances, report, new Random(SEED * 31 - 1), secondImage);
        clients.add(Thread.ofPlatform().name("user of an image").start(() -> images.run(deadline)));
        SoakNetworks networks = new SoakNetworks(host, disturbances, report, new Random(SEED * 31 - 2));
        clients.add(Thread.ofPlatform().name("user of a network").start(() -> networks.run(deadline)));
        SoakArchive archive = new SoakArchive(host, disturbances, report, new Random(SEED * 31 - 3));
        clients.add(Thread.ofPlatform().name("user of an archive").start(() -> archive.run(deadline)));
        chaos.start(SEED);
        for (Thread client : clients) {
            client.join();
        }
        daemon = chaos.end();
        images.end();
        networks.end();
        archive.end();
    }
}
