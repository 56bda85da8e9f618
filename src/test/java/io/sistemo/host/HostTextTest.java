package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is rendered for the kernel and parsed from it. */
class HostTextTest {
    @Test
    void aBatchHasOneLineForEachChange() {
        String lines = LinkBatch.render(List.of(
                new LinkCommand.AddVeth("sv-1", "eth0", "sv-ns", "sistemo:a"),
                new LinkCommand.AddTap("tap0", 77),
                new LinkCommand.SetMaster("sv-1", "sistemo0"),
                new LinkCommand.AddAddress("sistemo0", "10.200.0.1/16")));
        assertThat(lines).isEqualTo("""
                link add name sv-1 type veth peer name eth0 netns sv-ns
                link set dev sv-1 alias sistemo:a
                tuntap add dev tap0 mode tap vnet_hdr user 77
                link set dev sv-1 master sistemo0
                address replace 10.200.0.1/16 dev sistemo0
                """);
    }

    @Test
    void aWordCannotEndALineOfTheBatch() {
        for (String name : List.of("", "a b", "a\nlink delete eth0", "-f", "sixteen-letters-", "a/b")) {
            assertThatThrownBy(() -> LinkBatch.render(List.of(new LinkCommand.SetUp(name))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> LinkBatch.render(List.of(new LinkCommand.AddBridge("b", "two words"))))
                .isInstanceOf(IllegalArgumentException.class);
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
}
