package io.sistemo.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Kills the daemon or tells it to stop, kills VMMs and fills the disk, each on a thread of its own at times that its random numbers say, and puts
 * everything right in the end.
 */
final class SoakChaos {
    private static final Duration READY_LIMIT = Duration.ofMinutes(1);
    private static final Duration PROGRESS_LIMIT = Duration.ofSeconds(45);
    private static final int POLL_MILLISECONDS = 200;
    /** Of the daemon's ends, as a service manager asks for them; all others are kills. */
    private static final int STOPS_ONE_IN = 5;

    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private final PrivateHost host;
    private final SmallDisk disk;
    private final SoakDisturbances disturbances;
    private final SoakReport report;
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private Daemon daemon;
    private int doneAtLastKill;

    SoakChaos(PrivateHost host, Daemon daemon, SoakDisturbances disturbances, SoakReport report) {
        this.host = host;
        this.daemon = daemon;
        this.disk = new SmallDisk(host);
        this.disturbances = disturbances;
        this.report = report;
    }

    /** Does one thing to the program. */
    private interface Disturbing {
        void disturb(Random random) throws Exception;
    }

    void start(long seed) {
        begin("daemon ender", new Random(seed + 1), 8, 32, this::endDaemon);
        begin("VMM killer", new Random(seed + 2), 8, 32, this::killVmm);
        // By Firecracker every guest would have a broken disk then, until its next boot.
        if (!PrivateHost.runsFirecracker()) {
            begin("disk filler", new Random(seed + 3), 30, 60, this::fillDisk);
        }
    }

    private void begin(String name, Random random, int leastSeconds, int mostSeconds, Disturbing disturbing) {
        threads.add(Thread.ofPlatform().name(name).start(() -> {
            try {
                while (!isOverWithin(random, leastSeconds, mostSeconds)) {
                    disturbing.disturb(random);
                }
            } catch (Exception | AssertionError e) {
                report.violation(name + ": " + e);
            }
        }));
    }

    private boolean isOverWithin(Random random, int leastSeconds, int mostSeconds) throws InterruptedException {
        long milliseconds = random.nextInt(leastSeconds * 1000, mostSeconds * 1000 + 1);
        return over.await(milliseconds, TimeUnit.MILLISECONDS);
    }

    /** Mostly a guest has done something since the last time: on a busy machine nothing else than boots would be killed. */
    private void awaitProgress(Random random, int before) throws InterruptedException {
        long deadline = System.nanoTime() + PROGRESS_LIMIT.toNanos();
        boolean waits = random.nextInt(4) > 0;
        while (waits && report.doneInGuests() == before && System.nanoTime() < deadline) {
            waits = !over.await(POLL_MILLISECONDS, TimeUnit.MILLISECONDS);
        }
    }

    private void endDaemon(Random random) throws Exception {
        awaitProgress(random, doneAtLastKill);
        doneAtLastKill = report.doneInGuests();
        boolean gently = random.nextInt(STOPS_ONE_IN) == 0;
        SoakDisturbances.Disturbance ended =
                disturbances.begin(gently ? SoakAnswer.Cause.DAEMON_STOPPED : SoakAnswer.Cause.DAEMON_KILLED);
        if (gently) {
            stopDaemon();
        } else {
            daemon.kill();
        }
        isOverWithin(random, 0, 2);
        startDaemon();
        disturbances.end(ended);
    }

    private void stopDaemon() throws Exception {
        Result result = daemon.terminate();
        if (result.exitCode() != 0) {
            report.violation("a daemon that was told to stop ended with exit code " + result.exitCode());
        }
    }

    /** It starts on a full disk too, unless it finds no block for what it has to write; then it must say so. */
    private void startDaemon() throws Exception {
        String logBefore = daemon.log();
        Daemon next = Daemon.start(host);
        Await.until(READY_LIMIT, "the daemon is ready or has ended", () -> !next.isRunning() || next.isReady());
        daemon = next;
        if (next.isRunning()) {
            return;
        }
        String said = next.log().substring(logBefore.length());
        if (!disturbances.since(System.nanoTime()).contains(SoakAnswer.Cause.DISK_FULL)) {
            throw new AssertionError("the daemon does not start again, and the disk is not full: " + said);
        }
        report.refusedStart(said);
        Await.until(Duration.ofMinutes(5), "there is room again", () -> disk.freeBytes() > 1 << 20);
        startDaemon();
    }

    private void killVmm(Random random) throws Exception {
        List<Path> running = new ArrayList<>();
        for (Path group : groups()) {
            if (!members(group).isEmpty()) {
                running.add(group);
            }
        }
        if (running.isEmpty()) {
            return;
        }
        Path group = running.get(random.nextInt(running.size()));
        disturbances.killing(String.valueOf(group.getFileName()));
        for (String pid : members(group)) {
            new ProcessBuilder("kill", "-KILL", pid)
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
        }
    }

    /** A control group of ours is named after its machine; they are the machine's own, so pids are as we see them. */
    private List<Path> groups() throws Exception {
        String installation = host.installation().orElseThrow();
        List<Path> groups = new ArrayList<>();
        for (Path root : List.of(CGROUPS.resolve("unified"), CGROUPS, CGROUPS.resolve("pids"))) {
            Path ours = root.resolve("sistemo").resolve(installation);
            if (groups.isEmpty() && Files.isDirectory(ours)) {
                try (Stream<Path> below = Files.list(ours)) {
                    below.filter(Files::isDirectory).sorted().forEach(groups::add);
                }
            }
        }
        return groups;
    }

    private static List<String> members(Path group) {
        try {
            return Files.readAllLines(group.resolve("cgroup.procs"));
        } catch (IOException gone) {
            return List.of();
        }
    }

    private void fillDisk(Random random) throws Exception {
        SoakDisturbances.Disturbance full = disturbances.begin(SoakAnswer.Cause.DISK_FULL);
        try {
            disk.fillBut(random.nextInt(3) == 0 ? 1 : 0);
            isOverWithin(random, 5, 15);
        } finally {
            disk.free();
            disturbances.end(full);
        }
    }

    /** Ends all of it; returns the daemon that runs then. */
    Daemon end() throws InterruptedException {
        over.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        return daemon;
    }
}
