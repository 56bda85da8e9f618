package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The VMM, the guest or the disk lets a deploy down: one line says so, soon, and nothing is left. */
class BrokenVmmTest extends DaemonTest {
    private static final String QEMU = "/usr/bin/qemu-system-x86_64";

    @Override
    void prepare() throws Exception {
        super.prepare();
        Files.writeString(host.dataDirectory().resolve("config.yml"), "ssh_timeout_sec: 15\n");
    }

    @Test
    void aVmmThatDiesAtOnce() throws Exception {
        instead("#!/bin/sh\necho 'cannot do that' >&2\nexit 3\n");
        refusedDeploy("VMM");
    }

    @Test
    void aVmmThatHangs() throws Exception {
        instead("#!/bin/sh\nexec sleep 1000\n");
        refusedDeploy("15");
    }

    @Test
    void aVmmThatIsMissing() throws Exception {
        // A file that cannot be executed is as good as none, and it can be put there for this host alone.
        Path nothing = Files.writeString(host.scratch().resolve("not-a-program"), "");
        host.run("mount", "--bind", nothing.toString(), QEMU).succeeded();
        refusedDeploy("qemu");
    }

    @Test
    void aKernelThatPanics() throws Exception {
        Path image = TestImage.thatPanics(host);
        Result result = cli("machine", "deploy", image.toString(), "--name", "bad", "--storage", "64");
        if (result.exitCode() == 0) {
            // It may answer for a moment before its init ends; then it must not be said to run.
            Await.until(
                    BOOT_LIMIT,
                    "it is not said to run",
                    () -> !"running".equals(machine("bad").get("status")));
            delete("bad");
        } else {
            assertOneClearLine(result, "bad");
        }
        cli("image", "delete", "panics", "-y");
    }

    private void refusedDeploy(String word) throws Exception {
        try {
            Result result = cli("machine", "deploy", "debian", "--name", "bad");
            assertThat(result.exitCode()).isEqualTo(1);
            assertOneClearLine(result, word);
            assertThat(cli("machine", "list").succeeded().out()).doesNotContain("bad");
        } finally {
            host.run("umount", QEMU).succeeded();
        }
        deploy("good");
        delete("good");
    }

    private void instead(String script) throws Exception {
        Path file = Files.writeString(host.scratch().resolve("fake-vmm"), script);
        host.run("chmod", "0755", file.toString()).succeeded();
        host.run("mount", "--bind", file.toString(), QEMU).succeeded();
    }
}
