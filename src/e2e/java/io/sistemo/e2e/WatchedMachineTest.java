package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.jsonb.Jsonb;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Machines that end by themselves, that stand still, and that do not want to stop. */
class WatchedMachineTest extends DaemonTest {
    private static final Jsonb JSON = Jsonb.builder().build();
    private static final String BOOT_ID = "cat /proc/sys/kernel/random/boot_id";

    @Override
    void prepare() throws Exception {
        super.prepare();
        Files.writeString(host.dataDirectory().resolve("config.yml"), "stop_timeout_sec: 10\n");
    }

    /** One that is left as it ended, which is the default, and one that is always started again. */
    @Override
    void populate() throws Exception {
        deploy("plain");
        cli("machine", "deploy", "debian", "--name", "always", "--vcpus", "1", "--restart", "always")
                .succeeded();
    }

    @Override
    void depopulate() throws Exception {
        delete("plain");
        delete("always");
    }

    @BeforeEach
    void startAll() throws Exception {
        cli("machine", "start", "plain").succeeded();
        cli("machine", "start", "always").succeeded();
    }

    private String status(String name) throws Exception {
        return String.valueOf(machine(name).get("status"));
    }

    /** Waits until a machine runs with another VMM. */
    private void awaitAnotherVmm(String name, long before) throws Exception {
        Await.until(BOOT_LIMIT, name + " runs again", () -> {
            Map<String, Object> machine = machine(name);
            return "running".equals(machine.get("status"))
                    && !Objects.equals(machine.get("pid"), before)
                    && machine.get("pid") != null;
        });
    }

    /** The newest entry of the history about a machine. */
    private String newestEntry(String name) throws Exception {
        return cli("history", "--target", name, "--limit", "1").succeeded().out();
    }

    @Test
    void aMachineThatIsAlwaysStartedAgainComesBackWhateverEndsIt() throws Exception {
        inGuest("always", "echo kept > /root/kept && sync");
        long vmm = ((Number) field(machine("always"), "pid")).longValue();
        host.run("kill", "-KILL", Long.toString(vmm)).succeeded();
        awaitAnotherVmm("always", vmm);
        // Only the daemon that started it learns by which signal it ended.
        assertThat(newestEntry("always"))
                .contains("machine.reboot")
                .containsAnyOf("killed by signal 9", "exit code unknown");

        vmm = vmmPid("always");
        var _ = cli("machine", "exec", "always", "echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger");
        awaitAnotherVmm("always", vmm);
        assertThat(newestEntry("always")).contains("machine.reboot", "Kernel panic");

        vmm = vmmPid("always");
        var _ = cli("machine", "exec", "always", "sync; poweroff -f");
        awaitAnotherVmm("always", vmm);
        assertThat(newestEntry("always")).contains("machine.reboot", "its guest powered off");
        assertThat(inGuest("always", "cat /root/kept")).isEqualTo("kept");
        assertThat(field(machine("always"), "restart")).isEqualTo("always");

        assertThat(cli("machine", "stop", "always").succeeded().out()).contains("always stopped: ");
        assertThat(status("always")).isEqualTo("stopped");
    }

    @Test
    void aGuestsRebootAndPowerOffDoWhatTheySay() throws Exception {
        String address = (String) field(machine("plain"), "ip_address");
        String boot = inGuest("plain", BOOT_ID);
        long vmm = vmmPid("plain");
        var _ = cli("machine", "exec", "plain", "sync; reboot -f");
        awaitAnotherVmm("plain", vmm);
        assertThat(inGuest("plain", BOOT_ID)).isNotEqualTo(boot);
        assertThat(field(machine("plain"), "ip_address")).isEqualTo(address);
        assertThat(newestEntry("plain")).contains("machine.reboot", "its guest rebooted");

        // What happens while no daemon looks is known afterwards too. Its sshd answers before its init listens, so the
        // kernel
        // is told directly.
        Map<String, Object> plain = machine("plain");
        daemon.kill();
        var _ = overSsh(plain, "sync; poweroff -f");
        String process = "/proc/" + field(plain, "pid") + "/exe";
        Await.until(
                BOOT_LIMIT,
                "its VMM ended",
                () -> host.run("test", "-e", process).exitCode() != 0);
        daemon = Daemon.up(host);
        Await.until(BOOT_LIMIT, "it is stopped", () -> status("plain").equals("stopped"));
        assertThat(machine("plain").get("last_error")).isNull();
        cli("machine", "start", "plain").succeeded();
    }

    @Test
    void aPausedMachineStandsStill() throws Exception {
        String counter = "/root/counter";
        inGuest("plain", "nohup sh -c 'while echo tick; do sleep 0.1; done' > " + counter + " 2>&1 & echo started");
        long vmm = vmmPid("plain");
        assertThat(cli("machine", "pause", "plain").succeeded().out()).isEqualTo("plain paused\n");
        cli("machine", "pause", "plain").succeeded();
        assertThat(status("plain")).isEqualTo("paused");
        Result exec = cli("machine", "exec", "plain", "true");
        assertThat(exec.exitCode()).isEqualTo(125);
        assertOneClearLine(exec, "is paused", "sistemo machine resume plain");
        assertOneClearLine(cli("machine", "ssh", "plain", "--", "true"), "is paused");
        assertOneClearLine(cli("machine", "start", "plain"), "is paused");
        long used = processorTicks(vmm);
        daemon.kill();
        daemon = Daemon.up(host);
        assertThat(status("plain")).isEqualTo("paused");
        // A daemon takes seconds to start, in which a guest that runs uses far more.
        assertThat(processorTicks(vmm) - used).as("ticks of 10 ms").isLessThan(20);
        assertThat(cli("machine", "resume", "plain").succeeded().out()).isEqualTo("plain resumed\n");
        cli("machine", "resume", "plain").succeeded();
        assertThat(vmmPid("plain")).isEqualTo(vmm);
        String ticks = inGuest("plain", "wc -l < " + counter);
        Await.until(
                BOOT_LIMIT,
                "the counter goes on",
                () -> !inGuest("plain", "wc -l < " + counter).equals(ticks));
        cli("machine", "pause", "plain").succeeded();
        assertThat(cli("machine", "stop", "plain").succeeded().out()).contains("plain stopped: ");
        assertOneClearLine(cli("machine", "pause", "plain"), "is not running", "sistemo machine start plain");
    }

    /** User and system time of a process, in ticks of the kernel (proc(5)). */
    private long processorTicks(long pid) throws Exception {
        String[] afterName = host.run("cat", "/proc/" + pid + "/stat")
                .succeeded()
                .out()
                .replaceFirst("^.*\\) ", "")
                .split(" ", -1);
        return Long.parseLong(afterName[11]) + Long.parseLong(afterName[12]);
    }

    private double stat(String name, String field) throws Exception {
        String record = cli("machine", "stats", name, "-o", "json").succeeded().out();
        return ((Number) field(JSON.type(Object.class).map().fromJson(record), field)).doubleValue();
    }

    @Test
    void whatAMachineUsesIsSeenToGrow() throws Exception {
        double time = stat("plain", "cpu_time_ms");
        double written = stat("plain", "disk_written_bytes");
        double sent = stat("plain", "network_sent_bytes");
        inGuest("plain", "dd if=/dev/zero of=/root/filled bs=1M count=8 conv=fsync 2>&1; rm /root/filled");
        assertThat(stat("plain", "cpu_time_ms")).isGreaterThan(time);
        assertThat(stat("plain", "disk_written_bytes")).isGreaterThanOrEqualTo(written + (8 << 20));
        assertThat(stat("plain", "network_sent_bytes")).isGreaterThan(sent);
        assertThat(stat("plain", "memory_bytes")).isPositive().isLessThanOrEqualTo(stat("plain", "memory_limit_bytes"));
        assertThat(cli("machine", "top").succeeded().out()).contains("NAME", "plain", "always");
        assertOneClearLine(cli("machine", "stats", "nosuch"), "nosuch");
    }

    /** Has a VMM hang, with all of it: what stands in for Firecracker is two processes. */
    private void halt(long vmm) throws Exception {
        String children =
                host.run("ps", "--ppid", Long.toString(vmm), "-o", "pid=").out();
        List<String> command = new ArrayList<>(List.of("kill", "-STOP", Long.toString(vmm)));
        children.lines().map(String::strip).forEach(command::add);
        host.run(command).succeeded();
    }

    @Test
    void aStopTakesWhatItTakesAndSaysSo() throws Exception {
        assertThat(machine("plain").get("diagnosis")).isNull();
        halt(vmmPid("plain"));
        Await.until(
                BOOT_LIMIT,
                "it is said that the VMM hangs",
                () -> String.valueOf(machine("plain").get("diagnosis")).contains("has not answered since"));
        assertThat(status("plain")).isEqualTo("running");
        assertThat(cli("machine", "status", "plain").succeeded().out()).contains("Diagnosis:");
        assertThat(cli("machine", "stop", "plain").succeeded().out()).contains("SIGKILL");
        assertThat(newestEntry("plain")).contains("machine.stop", "SIGKILL");
    }
}
