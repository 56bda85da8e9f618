package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The storage workflow as users type it, looked at from inside the guest after each step. */
class StorageWorkflowTest extends DaemonTest {
    private static final long GIB_IN_KIB = 1 << 20;

    /** Types a command line as it stands in the reference. */
    private String typed(String line) throws Exception {
        return cli(line.substring("sistemo ".length()).split(" ", -1))
                .succeeded()
                .out();
    }

    /** The root grows online, while the guest answers already. */
    private void fillsRoot(String machine, long gib) throws Exception {
        Await.until(BOOT_LIMIT, "the root file system has " + gib + " GiB", () -> {
            long kib = Long.parseLong(inGuest(machine, "df -k --output=size / | tail -n 1"));
            return kib >= gib * GIB_IN_KIB * 9 / 10 && kib <= gib * GIB_IN_KIB;
        });
    }

    private void listed(String... rows) throws Exception {
        List<String> lines = typed("sistemo volume list").lines().toList();
        assertThat(lines.getFirst().split(" {3,}", -1))
                .containsExactly("NAME", "SIZE", "STATUS", "ATTACHED TO", "TYPE");
        assertThat(lines.stream().skip(1).map(line -> line.replaceAll(" +", " ")))
                .containsExactly(rows);
    }

    @Test
    void theWorkflowRunsAsTyped() throws Exception {
        typed("sistemo machine deploy debian --name web --storage 5GB");
        fillsRoot("web", 5);
        listed("web-root 5.0GB attached web root");
        assertThat(volume("web-root", "filesystem_uuid")).isEqualTo(volume("web-root", "id"));
        assertThat(inGuest("web", "blkid -p -s UUID -s LABEL -o value /dev/vda | sort"))
                .isEqualTo(
                        Stream.of(volume("web-root", "id"), "web-root").sorted().collect(Collectors.joining("\n")));

        typed("sistemo volume create 2G --name appdata");
        listed("web-root 5.0GB attached web root", "appdata 2.0GB detached - data");

        inGuest("web", "echo 'written to the root' >/root/kept && sync");
        typed("sistemo machine stop web");
        typed("sistemo machine volume attach web appdata");
        listed("web-root 5.0GB attached web root", "appdata 2.0GB attached web data");

        typed("sistemo machine start web");
        assertThat(inGuest("web", "cat /root/kept")).isEqualTo("written to the root");
        assertThat(inGuest("web", "lsblk -bndo NAME,SIZE,TYPE /dev/vda /dev/vdb | tr -s ' '"))
                .isEqualTo("vda " + (5L << 30) + " disk\nvdb " + (2L << 30) + " disk");
        // It knows that what it writes must be flushed, and so does.
        assertThat(inGuest("web", "cat /sys/class/block/vd[ab]/queue/write_cache"))
                .isEqualTo("write back\nwrite back");
        String uuid = volume("appdata", "id");
        assertThat(volume("appdata", "filesystem_uuid")).isEqualTo(uuid);
        inGuest(
                "web",
                "mkdir /data && mount UUID=" + uuid
                        + " /data && echo 'written to the data' >/data/kept && umount /data");
        inGuest("web", "mount LABEL=appdata /data && grep -q data /data/kept && umount /data");

        typed("sistemo machine stop web");
        typed("sistemo volume resize web-root 10GB");
        typed("sistemo machine start web");
        fillsRoot("web", 10);
        assertThat(inGuest("web", "cat /root/kept; mount /dev/vdb /data && cat /data/kept"))
                .isEqualTo("written to the root\nwritten to the data");

        Result asked = cli("machine", "delete", "web", "--preserve-storage");
        assertThat(asked.exitCode()).isEqualTo(1);
        assertOneClearLine(asked, "-y");
        typed("sistemo machine delete web --preserve-storage -y");
        listed("web-root 10.0GB detached - root", "appdata 2.0GB detached - data");

        typed("sistemo machine deploy --volume web-root --name web2");
        fillsRoot("web2", 10);
        assertThat(inGuest("web2", "cat /root/kept; hostname")).isEqualTo("written to the root\nweb2");

        moveAndGrowTheData();
        typed("sistemo machine delete web2 -y");
        typed("sistemo volume delete appdata -y");
        listed();
    }

    /** What was written to a data volume is there after it moved, and a data volume grows too. */
    void moveAndGrowTheData() throws Exception {
        typed("sistemo machine stop web2");
        typed("sistemo volume resize appdata 3G");
        typed("sistemo machine volume attach web2 appdata");
        typed("sistemo machine start web2");
        assertThat(inGuest("web2", "cat /proc/mounts")).doesNotContain("/dev/vdb");
        assertThat(inGuest("web2", "mount LABEL=appdata /data && cat /data/kept"))
                .isEqualTo("written to the data");
        long kib = Long.parseLong(inGuest("web2", "df -k --output=size /data | tail -n 1"));
        assertThat(kib).isBetween(3 * GIB_IN_KIB * 9 / 10, 3 * GIB_IN_KIB);
        assertThat(inGuest("web2", "umount /data; e2fsck -fn /dev/vdb >/dev/null 2>&1 && echo clean"))
                .isEqualTo("clean");
        Result running = cli("machine", "volume", "detach", "web2", "appdata");
        assertThat(running.exitCode()).isEqualTo(1);
        assertOneClearLine(running, "web2", "sistemo machine stop web2");
    }

    private String volume(String name, String field) throws Exception {
        Map<String, Object> volume = io.avaje.jsonb.Jsonb.builder()
                .build()
                .type(Object.class)
                .map()
                .fromJson(cli("volume", "show", name, "-o", "json").succeeded().out());
        return (String) field(volume, field);
    }
}
