package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The VMM, the guest or the disk lets a deploy down: one line says so, soon, and nothing is left. */
class BrokenVmmTest extends DaemonTest {
    /** How long a boot may take, in seconds; with stand-ins for Firecracker it is given by the private host. */
    private static final String LIMIT = PrivateHost.runsFirecracker() ? "90" : "15";

    private static final String QEMU = "/usr/bin/qemu-system-x86_64";

    @Override
    void prepare() throws Exception {
        super.prepare();
        Files.writeString(
                host.dataDirectory().resolve("config.yml"), "ssh_timeout_sec: 15\ninitrd_path: " + initramfs() + "\n");
        Files.copy(ownInitramfs(), initramfs());
    }

    @Test
    void aVmmThatDiesAtOnce() throws Exception {
        instead("#!/bin/sh\necho 'cannot do that' >&2\nexit 3\n");
        refusedDeploy("VMM");
    }

    @Test
    void aVmmThatHangs() throws Exception {
        instead("#!/bin/sh\nexec sleep 1000\n");
        refusedDeploy(LIMIT + " s");
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

    @Test
    void aGuestThatNeverAnswers() throws Exception {
        bootsInto("#!/bin/busybox sh\n/bin/busybox echo stuck here\nexec /bin/busybox sleep 1000\n");
        try {
            Result result = cli("machine", "deploy", "debian", "--name", "bad");
            assertThat(result.exitCode()).isEqualTo(1);
            assertOneClearLine(result, "bad", LIMIT + " s");
            assertThat(cli("machine", "list").succeeded().out()).doesNotContain("bad");
        } finally {
            bootsAsUsual();
        }
    }

    @Test
    void aKernelThatPanicsAtOnce() throws Exception {
        bootsInto("#!/bin/busybox false\n");
        try {
            Result result = cli("machine", "deploy", "debian", "--name", "bad");
            assertThat(result.exitCode()).isEqualTo(1);
            assertOneClearLine(result, "bad", "panic");
            assertThat(cli("machine", "list").succeeded().out()).doesNotContain("bad");
        } finally {
            bootsAsUsual();
        }
    }

    /** An initramfs of ours whose archive comes last and so decides which /init there is. */
    private void bootsInto(String init) throws Exception {
        String script =
                "set -e; mkdir -p \"$1/bin\"; cp \"$(command -v busybox)\" \"$1/bin/busybox\"; cat >\"$1/init\"; "
                        + "chmod 0755 \"$1/init\"; cd \"$1\"; "
                        + "find . | cpio -o -H newc --quiet >\"$2\"";
        host.run(
                        List.of(
                                "sh",
                                "-c",
                                script,
                                "sh",
                                Files.createTempDirectory(host.scratch(), "init")
                                        .toString(),
                                initramfs().toString()),
                        init)
                .succeeded();
    }

    private void bootsAsUsual() throws Exception {
        Files.copy(ownInitramfs(), initramfs(), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path ownInitramfs() {
        return host.dataDirectory().resolve("kernel/initramfs.cpio.zst");
    }

    private Path initramfs() {
        return host.scratch().resolve("initramfs");
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
