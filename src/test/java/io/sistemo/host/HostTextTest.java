package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is rendered for the kernel and parsed from it. */
class HostTextTest {
    @Test
    void attributesOfARequestAreReadAsTheyWereWritten() {
        byte[] head = {1, 2, 3, 4};
        byte[] body = new NetlinkRequest(head)
                .text(3, "sv-1")
                .nested(
                        18,
                        new byte[0],
                        inner -> inner.text(1, "veth")
                                .nested(2, head, data -> data.number(28, 77).bytes(23, new byte[] {5})))
                .number(10, 4711)
                .toBytes();
        assertThat(body).startsWith(head);
        assertThat(body.length % 4).isZero();
        NetlinkAttributes outer = NetlinkAttributes.parse(after(head, ByteBuffer.wrap(body)));
        assertThat(outer.text(3)).contains("sv-1");
        assertThat(outer.number(10)).contains(4711);
        NetlinkAttributes inner = outer.nested(18).orElseThrow();
        assertThat(inner.text(1)).contains("veth");
        NetlinkAttributes data =
                NetlinkAttributes.parse(after(head, inner.bytes(2).orElseThrow()));
        assertThat(data.number(28)).contains(77);
        assertThat(data.bytes(23).orElseThrow().get(0)).isEqualTo((byte) 5);
    }

    private static ByteBuffer after(byte[] head, ByteBuffer bytes) {
        return bytes.order(ByteOrder.nativeOrder()).position(head.length);
    }

    @Test
    void whatIsNoInterfacesNameIsRefused() {
        for (String name : List.of("", "a b", "a\nlink delete eth0", "-f", "sixteen-letters-", "a/b", "..")) {
            assertThatThrownBy(() -> new LinkCommand.SetUp(name)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new LinkCommand.SetMaster("a", name)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new LinkCommand.AddVeth("a", "b", name, "c"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aProcessMayHaveAnyName() {
        String rest = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20\n";
        assertThat(ProcessFiles.parseStartTicks("12 (sleep)" + rest)).hasValue(4711);
        assertThat(ProcessFiles.parseStartTicks("12 (a) Z 1 (b)" + rest)).hasValue(4711);
        assertThat(ProcessFiles.parseStartTicks("12 (sleep)" + rest.replace(" S ", " Z ")))
                .isEmpty();
        assertThatThrownBy(() -> ProcessFiles.parseStartTicks("12 (sleep) S 1")).isInstanceOf(HostException.class);
    }

    @Test
    void aTablesCommentIsFoundAmongItsData() {
        assertThat(TableComment.parse(ByteBuffer.wrap(new byte[0]))).isEmpty();
        byte[] comment = "\u0000\u0004one\u0000".getBytes(StandardCharsets.UTF_8);
        assertThat(TableComment.parse(ByteBuffer.wrap(comment))).isEqualTo("one");
        byte[] second = "\u0001\u0001x\u0000\u0004one\u0000".getBytes(StandardCharsets.UTF_8);
        assertThat(TableComment.parse(ByteBuffer.wrap(second))).isEqualTo("one");
        assertThat(TableComment.parse(ByteBuffer.wrap(new byte[] {0, 9, 'x'}))).isEqualTo("x");
    }

    @Test
    void theTreesOfControlGroupsAreFound() {
        List<String> hybrid = List.of(
                "30 25 0:27 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory",
                "31 25 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct",
                "32 25 0:29 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids",
                "33 25 0:26 /other /sys/fs/cgroup/bound rw,relatime - cgroup2 cgroup2 rw",
                "33 25 0:26 / /mnt/elsewhere rw,relatime - cgroup2 cgroup2 rw",
                "34 25 0:26 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw");
        CgroupTrees trees = CgroupTrees.parse(hybrid, List.of("memory", "cpu", "pids"));
        assertThat(trees.unified()).isEqualTo(Path.of("/sys/fs/cgroup/unified"));
        assertThat(trees.legacy())
                .isEqualTo(Map.of(
                        "memory", Path.of("/sys/fs/cgroup/memory"),
                        "cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                        "pids", Path.of("/sys/fs/cgroup/pids")));
        assertThat(trees.directories("sistemo/a").getFirst()).isEqualTo(Path.of("/sys/fs/cgroup/unified/sistemo/a"));
        List<String> pure = List.of("34 25 0:26 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw");
        assertThat(CgroupTrees.parse(pure, List.of("memory")).directories("sistemo/a"))
                .containsExactly(Path.of("/sys/fs/cgroup/sistemo/a"));
        assertThatThrownBy(() -> CgroupTrees.parse(List.of(), List.of())).isInstanceOf(HostException.class);
    }

    @Test
    void trafficAndUsageAreReadFromTheKernelsTables() {
        String devices = """
                Inter-|   Receive   |  Transmit
                 face |bytes packets
                    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0
                  tap0:1000 10 0 0 0 0 0 0 2000 20 0 0 0 0 0 0
                """;
        assertThat(ProcessFiles.parseTraffic(devices, "tap0")).contains(new LinkTraffic(1000, 10, 2000, 20));
        assertThat(ProcessFiles.parseTraffic(devices, "tap")).isEmpty();
        assertThat(CgroupUsageFiles.field("usage_usec 12\nuser_usec 5\n", "usage_usec"))
                .hasValue(12);
        assertThat(CgroupUsageFiles.field("usage_usec 12\n", "throttled_usec")).isEmpty();
    }
}
