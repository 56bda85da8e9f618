package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.vmm.firecracker.StandInFault;
import io.sistemo.vmm.firecracker.StandInPrograms.Behaviour;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A machine's life by Firecracker under its jailer, for which there are stand-ins here. */
class FirecrackerSmokeTest extends DaemonTest {
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
        delete("m");
    }

    private void refusesToStart(Behaviour behaviour, String why) throws Exception {
        host.useFirecracker(behaviour);
        Result result = cli("machine", "start", "m");
        assertThat(result.exitCode()).isNotZero();
        assertOneClearLine(result, "starting its VMM failed", why);
    }
}
