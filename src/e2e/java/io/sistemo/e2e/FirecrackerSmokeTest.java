package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.jsonb.Jsonb;
import io.sistemo.vmm.firecracker.StandInFault;
import io.sistemo.vmm.firecracker.StandInPrograms.Behaviour;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A machine's life by Firecracker under its jailer, for which there are stand-ins here. */
class FirecrackerSmokeTest extends DaemonTest {
    private static final Jsonb JSON = Jsonb.builder().build();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    void prepare() throws Exception {
        host.useFirecracker(Behaviour.USUAL);
        Daemon.install(host);
    }

    private Path jail(String id) {
        return host.dataDirectory().resolve("vms").resolve(id).resolve("jail");
    }

    private void awaitStatus(String name, String status) throws Exception {
        Await.until(
                LIMIT,
                name + " is " + status,
                () -> field(machine(name), "status").toString().equals(status));
    }

    @Test
    void aLifeFromDeployToDelete() throws Exception {
        deploy("m");
        String id = field(machine("m"), "id").toString();
        assertThat(inGuest("m", "echo \"$((6 * 7))\" >/root/kept; cat /root/kept"))
                .isEqualTo("42");
        String status =
                host.run("cat", "/proc/" + vmmPid("m") + "/status").succeeded().out();
        assertThat(status).containsPattern("Uid:\t[1-9]").contains("NoNewPrivs:\t1", "CapEff:\t0000000000000000");
        assertThat(host.run("readlink", "/proc/" + vmmPid("m") + "/root")
                        .succeeded()
                        .text())
                .isEqualTo(jail(id) + "/firecracker/" + id + "/root");

        cli("machine", "stop", "m").succeeded();
        assertThat(field(machine("m"), "status")).isEqualTo("stopped");
        assertThat(jail(id)).doesNotExist();

        cli("machine", "start", "m").succeeded();
        assertThat(inGuest("m", "cat /root/kept")).isEqualTo("42");
        host.run("kill", "-KILL", Long.toString(vmmPid("m"))).succeeded();
        awaitStatus("m", "failed");

        // What goes wrong is said in a line, nothing of it stays, and the next start works.
        refusesToStart(new Behaviour("1.16.1", StandInFault.NONE, true, true, true), "the stand-in refuses");
        refusesToStart(new Behaviour("1.14.0", StandInFault.NONE, true, false, true), "version 1.14.0");
        refusesToStart(
                new Behaviour("1.16.1", new StandInFault("PUT /actions", StandInFault.Kind.REFUSES), true, false, true),
                "refused to start the guest");
        refusesToStart(
                new Behaviour(
                        "1.16.1", new StandInFault("PUT /boot-source", StandInFault.Kind.DIES), true, false, true),
                "Firecracker");
        assertThat(jail(id)).doesNotExist();
        assertThat(Files.size(host.dataDirectory().resolve("kernel/vmlinux"))).isPositive();

        host.useFirecracker(Behaviour.USUAL);
        cli("machine", "start", "m").succeeded();
        assertThat(inGuest("m", "cat /root/kept")).isEqualTo("42");
        itsDisksAreCounted();
        aDaemonThatUsesAnotherVmmLooksAfterIt(id);
        delete("m");
    }

    private void itsDisksAreCounted() throws Exception {
        double written = written();
        inGuest("m", "dd if=/dev/zero of=/root/filled bs=1M count=8 conv=fsync 2>&1; rm /root/filled");
        assertThat(written()).isGreaterThanOrEqualTo(written + (8 << 20));
    }

    private double written() throws Exception {
        String stats = cli("machine", "stats", "m", "-o", "json").succeeded().out();
        return ((Number) field(JSON.type(Object.class).map().fromJson(stats), "disk_written_bytes")).doubleValue();
    }

    private void aDaemonThatUsesAnotherVmmLooksAfterIt(String id) throws Exception {
        long vmm = vmmPid("m");
        daemon.terminate();
        host.useQemu();
        daemon = Daemon.up(host);
        assertThat(vmmPid("m")).isEqualTo(vmm);
        assertThat(inGuest("m", "cat /root/kept")).isEqualTo("42");
        double written = written();
        assertThat(written).isPositive();
        cli("machine", "pause", "m").succeeded();
        cli("machine", "resume", "m").succeeded();
        cli("machine", "restart", "m").succeeded();
        assertThat(jail(id)).doesNotExist();
        assertThat(host.run("readlink", "/proc/" + vmmPid("m") + "/exe")
                        .succeeded()
                        .text())
                .contains("qemu");
        assertThat(inGuest("m", "cat /root/kept")).isEqualTo("42");
        assertThat(written()).isLessThan(written);
    }

    private void refusesToStart(Behaviour behaviour, String why) throws Exception {
        host.useFirecracker(behaviour);
        Result result = cli("machine", "start", "m");
        assertThat(result.exitCode()).isNotZero();
        assertOneClearLine(result, "starting its VMM failed", why);
    }
}
