package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Guests that write to their disks what is meant for the host. */
class HostileDisksTest extends DaemonTest {
    private static final int DISK_MIB = 64;
    private static final Pattern PATH = Pattern.compile("\"path\" *: *\"([^\"]+)\"");
    private static final String BACKING_FILE = "/etc/hostname";

    @Override
    void populate() throws Exception {
        cli("volume", "create", DISK_MIB + "MB", "--name", "header").succeeded();
        cli("volume", "create", DISK_MIB + "MB", "--name", "torn").succeeded();
        cli("machine", "deploy", "debian", "--name", "web", "--vcpus", "1", "--attach", "header,torn")
                .succeeded();
    }

    @Override
    void depopulate() throws Exception {
        delete("web");
        cli("volume", "delete", "header", "-y").succeeded();
        cli("volume", "delete", "torn", "-y").succeeded();
    }

    /** QEMU's docs/interop/qcow2.txt: an image whose content would be a file of the host. */
    private static byte[] qcow2Header() {
        byte[] name = BACKING_FILE.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(512)
                .put(new byte[] {'Q', 'F', 'I', (byte) 0xfb})
                .putInt(2)
                .putLong(72)
                .putInt(name.length)
                .putInt(16)
                .putLong((long) DISK_MIB << 20)
                .putInt(0)
                .putInt(1)
                .putLong(0x30000)
                .putLong(0x10000)
                .putInt(1)
                .putInt(0)
                .putLong(0)
                .put(name)
                .array();
    }

    /** A header that names a file of the host, and a file system that is torn: each machine boots, and each disk stays bytes. */
    @Test
    void whatAGuestWritesIsNeverReadAsAFormat() throws Exception {
        String header = Base64.getEncoder().encodeToString(qcow2Header());
        inGuest("web", "echo " + header + " | base64 -d | dd of=/dev/vdb conv=notrunc,fsync 2>/dev/null");
        inGuest("web", "dd if=/dev/urandom of=/dev/vdc bs=4k seek=1 count=4000 conv=notrunc,fsync 2>/dev/null");
        cli("machine", "stop", "web").succeeded();
        cli("volume", "resize", "torn", "128MB").succeeded();
        cli("machine", "start", "web").succeeded();
        assertThat(inGuest("web", "head -c 512 /dev/vdb | base64 -w 0")).isEqualTo(header);
        assertThat(inGuest("web", "cat /sys/class/block/vdb/size /sys/class/block/vdc/size"))
                .isEqualTo(DISK_MIB * 2048 + "\n" + 2 * DISK_MIB * 2048);
        assertThat(host.run("ls", "-l", "/proc/" + vmmPid("web") + "/fd")
                        .succeeded()
                        .out())
                .doesNotContain(BACKING_FILE);
        cli("machine", "stop", "web").succeeded();
        // A copy is made without looking further than the superblock, which is whole.
        cli("volume", "clone", "torn", "copy").succeeded();
        host.run("cmp", "--ignore-initial=4096", disk("torn"), disk("copy")).succeeded();
        cli("volume", "delete", "copy", "-y").succeeded();
        assertThat(cli("volume", "list").succeeded().out())
                .doesNotContain("copy")
                .containsPattern("header +64MB +attached")
                .containsPattern("torn +128MB +attached");
    }

    /**
     * A guest that writes over the file system that it runs from takes its own machine away and nothing else: the start says why,
     * and the volume is kept, can be taken out as it is, mended by whoever owns it, and booted again.
     */
    @Test
    void aRootThatItsGuestTearsIsKeptAndCanBeMended() throws Exception {
        deploy("wreck");
        inGuest("wreck", "echo kept > /root/kept && sync");
        cli("machine", "stop", "wreck").succeeded();
        cli("machine", "start", "wreck").succeeded();
        // Then the VMM is gone before the guest writes the right blocks once more.
        inGuest("wreck", "dd if=/dev/urandom of=/dev/vda bs=1k seek=1 count=7 conv=notrunc oflag=direct 2>/dev/null");
        host.run("kill", "-KILL", Long.toString(vmmPid("wreck"))).succeeded();
        Await.until(
                BOOT_LIMIT,
                "its end is noticed",
                () -> "failed".equals(machine("wreck").get("status")));
        assertOneClearLine(cli("machine", "start", "wreck"), "wreck", "cannot boot", "root file system");
        assertThat(machine("wreck").get("pid")).isNull();
        cli("machine", "delete", "wreck", "--preserve-storage", "-y").succeeded();

        String file = host.scratch().resolve("wreck.raw").toString();
        cli("volume", "export", "wreck-root", file).succeeded();
        assertOneClearLine(cli("volume", "import", file, "--name", "torn-root", "--role", "root"), "ext4");
        // From the first copy of the superblock, where mke2fs(8) places it; what it says of the last minutes is old.
        host.run("e2fsck", "-f", "-y", "-b", "32768", file);
        assertThat(host.run("e2fsck", "-f", "-y", file).exitCode()).isLessThanOrEqualTo(1);
        cli("volume", "import", file, "--name", "mended-root", "--role", "root").succeeded();
        cli("machine", "deploy", "--volume", "mended-root", "--name", "wreck", "--vcpus", "1")
                .succeeded();
        assertThat(inGuest("wreck", "cat /root/kept")).isEqualTo("kept");
        delete("wreck");
        cli("volume", "delete", "wreck-root", "-y").succeeded();
    }

    private String disk(String volume) throws Exception {
        Matcher path = PATH.matcher(
                cli("volume", "show", volume, "-o", "json").succeeded().out());
        assertThat(path.find()).isTrue();
        return path.group(1);
    }
}
