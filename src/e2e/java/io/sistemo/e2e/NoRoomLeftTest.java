package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The data directory's filesystem is full to the last block: requests are answered, what runs goes on, and everything works
 * again once there is room, without a restart of anything.
 */
class NoRoomLeftTest extends DaemonTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Override
    void prepare() throws Exception {
        SmallDisk.make(host, 256);
        Files.writeString(host.scratch().resolve("config.yml"), "min_disk_free_mb: 0\n");
        host.run(
                        "cp",
                        host.scratch().resolve("config.yml").toString(),
                        host.dataDirectory().toString())
                .succeeded();
    }

    @Override
    void populate() throws Exception {
        cli("image", "pull", TestImage.withoutInit(host).toString()).succeeded();
        deployTiny("web").succeeded();
    }

    @Override
    void depopulate() throws Exception {
        delete("web");
        cli("image", "delete", "without-init", "-y").succeeded();
    }

    @AfterEach
    void makeRoom() throws Exception {
        disk().free();
        Await.until(LIMIT, "the machine runs", () -> "running".equals(status("web")));
        assertThat(daemon.log()).doesNotContain("internal error", "\tat ");
    }

    @Test
    void everyRequestIsAnswered() throws Exception {
        String bootId = inGuest("web", "cat /proc/sys/kernel/random/boot_id");
        disk().fill();
        assertThat(disk().freeBytes()).isZero();
        assertThat(inGuest("web", "cat /proc/sys/kernel/random/boot_id")).isEqualTo(bootId);
        refused(deployTiny("bad"), "MiB");
        assertThat(cli("machine", "list").succeeded().out()).contains("web").doesNotContain("bad");
        cli("machine", "stop", "web").succeeded();
        assertThat(status("web")).isEqualTo("stopped");
        cli("machine", "start", "web").succeeded();
        cli("machine", "restart", "web").succeeded();
        assertThat(inGuest("web", "cat /proc/sys/kernel/random/boot_id")).isNotEqualTo(bootId);
        disk().free();
        deployTiny("good").succeeded();
        delete("good");
    }

    @Test
    void aDeployThatRunsOutOfRoomIsTakenBack() throws Exception {
        disk().fillBut(1);
        refused(deployTiny("bad"), "MiB");
        assertThat(cli("machine", "list").succeeded().out()).doesNotContain("bad");
    }

    @Test
    void aPullThatRunsOutOfRoomIsTakenBack() throws Exception {
        Path other = TestImage.oneStaticBinary(host);
        disk().fillBut(1);
        refused(cli("image", "pull", other.toString()), "room");
        disk().fill();
        refused(cli("image", "pull", other.toString()), "room");
    }

    @Test
    void aDeleteMakesRoom() throws Exception {
        deployTiny("other").succeeded();
        inGuest("other", "dd if=/dev/urandom of=/some bs=1M count=8 conv=fsync");
        disk().fill();
        delete("other");
        assertThat(disk().freeBytes()).isGreaterThan(8 << 20);
        deployTiny("other").succeeded();
        delete("other");
    }

    @Test
    void aGuestThatFindsNoRoomWaitsUntilThereIsSome() throws Exception {
        assumeFalse(PrivateHost.runsFirecracker(), "Firecracker tells a guest of no room as it does of every error");
        disk().fill();
        Started writing = host.startCli(
                "machine", "exec", "web", "dd if=/dev/urandom of=/much bs=1M count=16 conv=fsync; md5sum /much");
        Await.until(LIMIT, "the guest does not answer any more", () -> !answers("web"));
        assertThat(writing.isRunning()).isTrue();
        disk().free();
        Result result = writing.await(LIMIT).succeeded();
        assertThat(inGuest("web", "md5sum /much")).isEqualTo(result.text());
        inGuest("web", "rm /much");
    }

    @Test
    void aDaemonStartsWithoutRoom() throws Exception {
        String bootId = inGuest("web", "cat /proc/sys/kernel/random/boot_id");
        disk().fill();
        daemon.kill();
        daemon = Daemon.up(host);
        assertThat(inGuest("web", "cat /proc/sys/kernel/random/boot_id")).isEqualTo(bootId);
        assertThat(daemon.terminate().exitCode()).isIn(0, 143);
        daemon = Daemon.up(host);
        assertThat(inGuest("web", "cat /proc/sys/kernel/random/boot_id")).isEqualTo(bootId);
    }

    private SmallDisk disk() {
        return new SmallDisk(host);
    }

    private boolean answers(String name) throws Exception {
        return cli("machine", "exec", "--timeout", "5", name, "true").exitCode() == 0;
    }

    private static void refused(Result result, String... words) {
        assertThat(result.exitCode()).as(result.out()).isEqualTo(1);
        assertOneClearLine(result, words);
    }

    private String status(String name) throws Exception {
        Map<String, Object> machine = machine(name);
        return String.valueOf(machine.get("status"));
    }

    private Result deployTiny(String name) throws Exception {
        return cli(
                "machine",
                "deploy",
                "without-init",
                "--name",
                name,
                "--vcpus",
                "1",
                "--memory",
                "128",
                "--storage",
                "64");
    }
}
