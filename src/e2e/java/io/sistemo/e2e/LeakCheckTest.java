package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The leak checker finds each kind of thing that can be left, and takes nothing of others for ours. */
@Tag("e2e")
class LeakCheckTest {
    private static final String OURS = "0123456789ab";
    private static final String ANOTHERS = "ba9876543210";

    @Test
    void anEmptyHostHasNothing() throws Exception {
        try (PrivateHost host = PrivateHost.create()) {
            assertThat(Leaks.inside(host)).isEmpty();
        }
    }

    @Test
    void findsEveryKindOfThing() throws Exception {
        try (PrivateHost host = PrivateHost.create()) {
            Path data = Files.createDirectories(host.dataDirectory().resolve("vms/some-machine"));
            Path image = Files.write(host.dataDirectory().resolve("x.ext4.partial-1"), new byte[1 << 20]);
            host.run("ip", "netns", "add", "sv-00000001").succeeded();
            addLink(host, "sv-00000001", OURS);
            host.run("nft", "add", "table", "bridge", "sistemo").succeeded();
            host.run("mount", "-t", "tmpfs", "none", data.toString()).succeeded();
            String loop = host.run("losetup", "--find", "--show", image.toString())
                    .succeeded()
                    .text();
            Started process = host.start(List.of("tail", "-f", image.toString()));
            try {
                Await.until(
                        Duration.ofSeconds(5),
                        "the process is found, the last to come",
                        () -> String.join("\n", Leaks.inside(host)).contains("tail -f " + image));
                assertThat(String.join("\n", Leaks.inside(host)))
                        .contains(
                                "tail -f " + image,
                                "namespace: sv-00000001",
                                "link: sv-00000001",
                                "mount: " + data,
                                "loop device: " + loop,
                                "table: bridge sistemo",
                                "file: " + data,
                                "file: " + image);
            } finally {
                process.signal("KILL");
                host.run("losetup", "--detach", loop);
                host.run("umount", data.toString());
                host.run("nft", "delete", "table", "bridge", "sistemo");
                host.run("ip", "link", "delete", "sv-00000001");
                host.run("ip", "netns", "delete", "sv-00000001");
                host.run("rm", "-rf", host.dataDirectory().toString());
            }
        }
    }

    @Test
    void findsControlGroupsAndTheirProcesses() throws Exception {
        String group = "/sys/fs/cgroup/" + (Files.isDirectory(Path.of("/sys/fs/cgroup/unified")) ? "unified/" : "")
                + "sistemo/" + OURS + "/machine";
        String join = "mkdir -p \"$1\" && echo $$ >\"$1/cgroup.procs\" && exec sleep 60";
        try (PrivateHost host = PrivateHost.create()) {
            Started process = host.start(List.of("bash", "-c", join, "bash", group));
            try {
                Await.until(
                        Duration.ofSeconds(5),
                        "the process is found",
                        () -> left(OURS, host).contains("sleep 60"));
                assertThat(left(OURS, host)).contains("control group: " + group, "in control group /sistemo/" + OURS);
                assertThat(left(ANOTHERS, host)).doesNotContain(group, "sleep 60");
            } finally {
                process.signal("KILL");
                process.await(Duration.ofSeconds(5));
                host.run("rmdir", group, group.substring(0, group.lastIndexOf('/')));
            }
        }
    }

    @Test
    void whatIsAnothersIsNoneOfOurs() throws Exception {
        try (PrivateHost host = PrivateHost.create()) {
            addLink(host, "sistemo0", ANOTHERS);
            try {
                assertThat(check(host, "--installation", OURS)).isEmpty();
                assertThat(check(host, "--installation", ANOTHERS)).isEqualTo("link: sistemo0");
                assertThat(check(host)).isEqualTo("link: sistemo0");
            } finally {
                host.run("ip", "link", "delete", "sistemo0");
            }
        }
    }

    @Test
    void aHostThatLeavesSomethingFailsItsTest() throws Exception {
        PrivateHost host = PrivateHost.create();
        host.run("ip", "netns", "add", "sv-00000002").succeeded();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(host::close))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("namespace: sv-00000002");
        assertThat(host.dataDirectory()).doesNotExist();
    }

    @Test
    void findsOurRulesInChainsOfOthers() throws Exception {
        try (PrivateHost host = PrivateHost.create()) {
            assertThat(check(host, "--installation", OURS)).doesNotContain("rule:");
            host.run("iptables", "-A", "FORWARD", "-m", "comment", "--comment", "sistemo:" + OURS, "-j", "ACCEPT")
                    .succeeded();
            assertThat(check(host, "--installation", OURS)).contains("rule: -A FORWARD");
            assertThat(check(host, "--installation", ANOTHERS)).doesNotContain("rule:");
            assertThat(check(host, "--standing", "--installation", OURS)).doesNotContain("rule:");
        }
    }

    private static String left(String installation, PrivateHost host) throws Exception {
        return String.join("\n", Leaks.outside(Optional.of(installation), host.dataDirectory()));
    }

    private static String check(PrivateHost host, String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(
                List.of(Repository.ROOT.resolve(".ci/leaks").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--temp", host.temporaryDirectory().toString()));
        // Other daemons of this machine may be seen by their control groups; here only links and rules are asked for.
        return String.join(
                "\n",
                host.run(command)
                        .out()
                        .lines()
                        .filter(line -> line.startsWith("link") || line.startsWith("rule"))
                        .toList());
    }

    private static void addLink(PrivateHost host, String name, String installation) throws Exception {
        host.run("ip", "link", "add", name, "type", "bridge").succeeded();
        // The kernel ignores an alias that comes with the request to add.
        host.run("ip", "link", "set", "dev", name, "alias", "sistemo:" + installation)
                .succeeded();
    }
}
