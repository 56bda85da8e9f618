package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a VMM is, and is not, once it was launched. The VMM is a stand-in that only sleeps. */
@Tag("hosttest")
class LaunchTest {
    private static final String NAMESPACE = "sv-0a0b0c0d";
    private static final int UID = 23456;
    private static final String NO_CAPABILITIES = "0000000000000000";

    @TempDir
    Path directory;

    @TempDir
    Path runDirectory;

    private final String cgroup = "sistemo/" + PrivateHost.installation() + "/machine";
    private Host host = new FakeHost();

    @BeforeEach
    void prepare() throws IOException {
        host = PrivateHost.open(runDirectory);
        for (String file : List.of("disk", "kernel", "initrd")) {
            java.nio.file.Files.writeString(directory.resolve(file), file);
        }
        host.namespaces().add(NAMESPACE);
        host.cgroups().create(cgroup, new CgroupLimits(64 << 20, 100, 50));
    }

    @AfterEach
    void removeAll() {
        host.cgroups().killAndRemove(cgroup);
        host.namespaces().delete(NAMESPACE);
    }

    private LaunchSpec spec(String... command) {
        return StandInVmm.spec(host, cgroup, NAMESPACE, UID, directory, command);
    }

    private static Map<String, String> status(long pid) {
        Map<String, String> result = new TreeMap<>();
        try {
            for (String line : java.nio.file.Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                int colon = line.indexOf(':');
                result.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        } catch (IOException e) {
            return Map.of(); // it ended meanwhile
        }
        return result;
    }

    private static Map<Integer, String> descriptors(long pid) {
        Map<Integer, String> result = new TreeMap<>();
        try (Stream<Path> entries = java.nio.file.Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path entry : entries.toList()) {
                result.put(
                        Integer.valueOf(entry.getFileName().toString()),
                        java.nio.file.Files.readSymbolicLink(entry).toString());
            }
        } catch (IOException e) {
            return Map.of(); // one was closed meanwhile: the caller looks again
        }
        return result;
    }

    @Test
    void itHasNoPrivileges() throws IOException {
        Map<String, String> status =
                status(host.processes().launch(spec("sleep", "1000")).pid());
        String ids = UID + "\t" + UID + "\t" + UID + "\t" + UID;
        assertThat(status).containsEntry("Uid", ids).containsEntry("Gid", ids).containsEntry("Groups", "");
        assertThat(status).containsEntry("NoNewPrivs", "1");
        for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
            assertThat(status).containsEntry(set, NO_CAPABILITIES);
        }
    }

    @Test
    void itHasItsFilesAndNoOthers() throws IOException {
        long pid = host.processes().launch(spec("sleep", "1000")).pid();
        String log = directory.resolve("vmm.log").toString();
        Map<Integer, String> expected = Map.of(
                0, "/dev/null",
                1, log,
                2, log,
                3, directory.resolve("disk").toString(),
                4, directory.resolve("kernel").toString(),
                5, directory.resolve("initrd").toString(),
                6, directory.resolve("console.log").toString());
        // The program itself opens its libraries for a moment.
        PrivateHost.await(() -> descriptors(pid).equals(expected));
        String console = java.nio.file.Files.readString(Path.of("/proc/" + pid + "/fdinfo/6"));
        assertThat(console).containsPattern("flags:\\s+0102001"); // append, write only
        assertThat(new String(
                                java.nio.file.Files.readAllBytes(Path.of("/proc/" + pid + "/environ")),
                                java.nio.charset.StandardCharsets.UTF_8)
                        .split("\0", -1))
                .allMatch(entry -> entry.isEmpty() || entry.startsWith("PATH=") || entry.startsWith("PWD="));
    }

    @Test
    void itHasManyDataDisksInTheirOrder() throws IOException {
        List<Path> disks = new ArrayList<>();
        Map<Integer, String> expected = new TreeMap<>();
        for (int i = 0; i < 20; i++) {
            Path disk = java.nio.file.Files.writeString(directory.resolve("data disk " + i), "x");
            disks.add(disk);
            expected.put(7 + i, disk.toString());
        }
        LaunchSpec one = spec("sleep", "1000");
        long pid = host.processes()
                .launch(new LaunchSpec(
                        one.cgroupDirectories(),
                        one.namespace(),
                        one.uid(),
                        one.groups(),
                        one.confinement(),
                        one.disk(),
                        disks,
                        one.kernel(),
                        one.initrd(),
                        one.console(),
                        one.log(),
                        one.command()))
                .pid();
        PrivateHost.await(() -> {
            Map<Integer, String> data = new TreeMap<>(descriptors(pid));
            data.keySet().removeIf(descriptor -> descriptor < 7);
            return data.equals(expected);
        });
        for (int descriptor : expected.keySet()) {
            assertThat(java.nio.file.Files.readString(Path.of("/proc/" + pid + "/fdinfo/" + descriptor)))
                    .containsPattern("flags:\\s+0100002") // read and write
                    .containsPattern("lock:.*FLOCK +ADVISORY +WRITE");
        }
    }

    @Test
    void itIsInItsCgroupsNamespaceAndSession() throws IOException {
        long pid = host.processes().launch(spec("sleep", "1000")).pid();
        for (Path group : host.cgroups().directories(cgroup)) {
            assertThat(java.nio.file.Files.readAllLines(group.resolve("cgroup.procs")))
                    .containsExactly(Long.toString(pid));
        }
        assertThat(java.nio.file.Files.getAttribute(Path.of("/proc/" + pid + "/ns/net"), "unix:ino"))
                .isEqualTo(java.nio.file.Files.getAttribute(Path.of("/run/netns/" + NAMESPACE), "unix:ino"));
        String stat = java.nio.file.Files.readString(Path.of("/proc/" + pid + "/stat"));
        List<String> fields =
                Arrays.asList(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
        assertThat(fields.subList(2, 5)).containsExactly(Long.toString(pid), Long.toString(pid), "0");
    }

    @Test
    void theLimitsAreSet() throws IOException {
        for (Path group : host.cgroups().directories(cgroup)) {
            for (var limit : Map.of(
                            "memory.max", "67108864",
                            "memory.limit_in_bytes", "67108864",
                            "cpu.max", "100000 100000",
                            "cpu.cfs_quota_us", "100000",
                            "pids.max", "50")
                    .entrySet()) {
                Path file = group.resolve(limit.getKey());
                if (java.nio.file.Files.exists(file)) {
                    assertThat(file).content().isEqualTo(limit.getValue() + "\n");
                }
            }
        }
        assertThat(host.cgroups().directories(cgroup)).anyMatch(group -> {
            return java.nio.file.Files.exists(group.resolve("pids.max"));
        });
    }

    @Test
    void aProgramThatCannotStartSaysWhy() {
        assertThatThrownBy(() -> host.processes().launch(spec("no-such-vmm")))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("no-such-vmm")
                .hasMessageContaining("No such file");
        assertThat(host.cgroups().members(cgroup)).isEmpty();
    }

    @Test
    void aProgramThatDiesAtOnceIsToldWithItsCodeOneWayOrTheOther() throws InterruptedException {
        LaunchSpec spec = spec("/bin/sh", "-c", "echo broken >&2; exit 3");
        try {
            var exits = new ArrayBlockingQueue<ProcessExit>(1);
            host.processes().watch(host.processes().launch(spec), exits::add);
            assertThat(exits.poll(10, TimeUnit.SECONDS))
                    .extracting(ProcessExit::exitCode)
                    .isEqualTo(OptionalInt.of(3));
        } catch (LaunchFailed e) {
            assertThat(e).hasMessageContaining("exit code 3").hasMessageContaining("broken");
        }
        assertThat(host.files().readText(directory.resolve("vmm.log"))).contains("broken\n");
    }

    @Test
    void aScriptMayStandInForAVmm() throws IOException {
        Path script = directory.resolve("vmm");
        java.nio.file.Files.writeString(
                script, "#!/bin/sh\nread line <&3 || true\necho \"$line $1\"\nexec sleep 1000\n");
        assertThat(script.toFile().setExecutable(true, false)).isTrue();
        assertThat(directory.toFile().setExecutable(true, false)).isTrue();
        ProcessIdentity vmm = host.processes().launch(spec(script.toString(), "an argument"));
        PrivateHost.await(() ->
                host.files().readText(directory.resolve("vmm.log")).orElse("").equals("disk an argument\n"));
        assertThat(host.processes().alive(vmm)).isTrue();
    }

    @Test
    void itSurvivesTheProgramThatStartedIt() throws Exception {
        Process program = StandInVmm.startProgram(runDirectory, cgroup, NAMESPACE, UID, directory);
        PrivateHost.await(() -> java.nio.file.Files.exists(directory.resolve("identity")) || !program.isAlive());
        long pid = Long.parseLong(java.nio.file.Files.readString(directory.resolve("identity")));
        program.destroyForcibly();
        assertThat(program.waitFor(10, TimeUnit.SECONDS)).isTrue();
        ProcessIdentity adopted = host.processes().identify(pid).orElseThrow();
        assertThat(host.cgroups().members(cgroup)).containsExactly(pid);
        assertThatThrownBy(() -> host.processes().launch(spec("sleep", "1000"))).hasMessageContaining("in use");
        long killedAt = System.nanoTime();
        var exits = new ArrayBlockingQueue<Long>(1);
        host.processes().watch(adopted, exit -> exits.add(System.nanoTime()));
        host.processes().signal(adopted, Signal.KILL);
        Long toldAt = exits.poll(10, TimeUnit.SECONDS);
        assertThat(toldAt).isNotNull();
        System.out.println("exit of an adopted process told after " + (toldAt - killedAt) / 1000 + " µs");
    }

    private LaunchSpec jailed(List<Path> dataDisks, String... command) {
        LaunchSpec plain = spec(command);
        return new LaunchSpec(
                plain.cgroupDirectories(),
                plain.namespace(),
                plain.uid(),
                plain.groups(),
                Confinement.JAILER,
                plain.disk(),
                dataDisks,
                plain.kernel(),
                plain.initrd(),
                plain.console(),
                plain.log(),
                plain.command());
    }

    /** As a jailer: closes all descriptors beyond 2, and becomes what then sleeps as a user without rights. */
    private static final String[] JAILER = {
        "/bin/bash",
        "-c",
        "for n in {3..20}; do eval \"exec $n>&-\"; done; exec setpriv --reuid " + UID + " --regid " + UID
                + " --clear-groups sleep 1000"
    };

    /** Until the VMM ends, by kill -9 too, and whoever started it. */
    @Test
    void theLocksOfOneThatClosesItsDescriptorsLastAsLongAsItLives() throws IOException {
        Path data = java.nio.file.Files.writeString(directory.resolve("data"), "data");
        ProcessIdentity vmm = host.processes().launch(jailed(List.of(data), JAILER));
        String log = directory.resolve("vmm.log").toString();
        // setpriv is another user a moment before the program that it becomes has lost its capabilities.
        PrivateHost.await(() -> descriptors(vmm.pid()).equals(Map.of(0, "/dev/null", 1, log, 2, log))
                && status(vmm.pid()).getOrDefault("CapEff", "").equals(NO_CAPABILITIES));
        assertThat(status(vmm.pid())).containsEntry("NoNewPrivs", "1").containsEntry("CapPrm", NO_CAPABILITIES);
        assertThat(status(vmm.pid()).get("Uid")).startsWith(UID + "\t" + UID);
        for (Path disk : List.of(directory.resolve("disk"), data)) {
            assertThat(locked(disk)).as("%s is locked", disk).isTrue();
        }
        host.processes().signal(vmm, Signal.KILL);
        for (Path disk : List.of(directory.resolve("disk"), data)) {
            PrivateHost.await(() -> !locked(disk));
        }
        PrivateHost.await(() -> host.cgroups().members(cgroup).isEmpty());
    }

    @Test
    void whatKeepsTheLocksHasNoRightsAndNothingElseOpen() throws IOException {
        ProcessIdentity vmm = host.processes().launch(jailed(List.of(), JAILER));
        PrivateHost.await(() -> host.cgroups().members(cgroup).size() == 2);
        long keeper = host.cgroups().members(cgroup).stream()
                .filter(pid -> pid != vmm.pid())
                .findFirst()
                .orElseThrow();
        PrivateHost.await(() -> status(keeper).getOrDefault("Name", "").equals("flock"));
        assertThat(status(keeper))
                .containsEntry("NoNewPrivs", "1")
                .containsEntry("CapEff", NO_CAPABILITIES)
                .containsEntry("CapBnd", NO_CAPABILITIES);
        assertThat(descriptors(keeper))
                .isEqualTo(Map.of(
                        0, "/dev/null",
                        1, "/dev/null",
                        2, "/dev/null",
                        3, directory.resolve("disk").toString(),
                        4, directory.resolve("vmm.log").toString()));
        // A second start finds the disk taken.
        assertThatThrownBy(() -> host.processes().launch(jailed(List.of(), JAILER)))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("in use by another VMM");
    }

    private static boolean locked(Path file) {
        return new LinuxPrograms()
                        .run(ProgramCall.of("flock", "--nonblock", "--exclusive", file.toString(), "true"))
                        .exitCode()
                != 0;
    }

    @Test
    void aTerminalsInterruptDoesNotReachIt() throws Exception {
        ProcessBuilder script = new ProcessBuilder(
                "script", "-qec", StandInVmm.commandLine(runDirectory, cgroup, NAMESPACE, UID, directory), "/dev/null");
        Process terminal =
                script.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        PrivateHost.await(() -> java.nio.file.Files.exists(directory.resolve("identity")) || !terminal.isAlive());
        long pid = Long.parseLong(java.nio.file.Files.readString(directory.resolve("identity")));
        terminal.getOutputStream().write(3); // Ctrl-C
        terminal.getOutputStream().flush();
        assertThat(terminal.waitFor(20, TimeUnit.SECONDS))
                .as("the program itself is ended by it")
                .isTrue();
        assertThat(host.processes().identify(pid)).isPresent();
    }
}
