package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prints what the host calls of a machine's start cost; asserts only that all of it worked, 30 times over. */
@Tag("hosttest")
class CallTimesTest {
    private static final int ROUNDS = 30;
    private static final String NAME = "sv-0badcafe";
    private static final String ALIAS = "sistemo:0123456789ab";
    private static final Optional<String> HERE = Optional.empty();
    private static final Optional<String> INSIDE = Optional.of(NAME);
    private static final String FILTER = """
            table bridge sistemo {
              comment "sistemo:0123456789ab:1"
              set smtp { type inet_service; elements = { 25, 465, 587 }; }
              chain f {
                type filter hook forward priority 0;
                iifname != "tap0" accept
                ether saddr != 52:54:0a:c8:00:02 counter drop
                ether type arp arp saddr ip != 10.200.0.2 counter drop
                ether type ip ip saddr != 10.200.0.2 counter drop
                ether type ip tcp dport @smtp counter drop
                ether type ip6 counter drop
              }
            }
            """;

    @TempDir
    Path directory;

    @TempDir
    Path runDirectory;

    private final Map<String, List<Long>> microseconds = new LinkedHashMap<>();

    private void time(String what, Runnable call) {
        long start = System.nanoTime();
        call.run();
        microseconds.computeIfAbsent(what, key -> new ArrayList<>()).add((System.nanoTime() - start) / 1000);
    }

    @Test
    void everyCallOfAStartIsMeasured() throws IOException {
        Host host = PrivateHost.open(runDirectory);
        for (String file : List.of("disk", "kernel", "initrd")) {
            java.nio.file.Files.writeString(directory.resolve(file), file);
        }
        host.links()
                .apply(HERE, List.of(new LinkCommand.AddBridge("sistemo0", ALIAS), new LinkCommand.SetUp("sistemo0")));
        for (int round = 0; round < ROUNDS; round++) {
            startAndStop(host);
        }
        host.links().delete(HERE, "sistemo0");
        microseconds.forEach((what, times) -> {
            List<Long> sorted = times.stream().sorted().toList();
            System.out.printf(
                    "%-30s first %6d  p50 %6d  p90 %6d µs%n",
                    what, times.getFirst(), sorted.get(ROUNDS / 2), sorted.get(ROUNDS * 9 / 10));
        });
        assertThat(microseconds.get("links.find in namespace")).hasSize(ROUNDS);
    }

    private void startAndStop(Host host) {
        String cgroup = "sistemo/" + PrivateHost.installation() + "/machine";
        CgroupLimits limits = new CgroupLimits(64 << 20, 100, 50);
        LaunchSpec spec = StandInVmm.spec(host, cgroup, NAME, 23456, directory, "sleep", "1000");
        List<ProcessIdentity> vmm = new ArrayList<>();
        time("(a program that does nothing)", () -> new LinuxPrograms().require(ProgramCall.of("/bin/true")));
        long start = System.nanoTime();
        time("cgroups.create", () -> host.cgroups().create(cgroup, limits));
        time("namespaces.add", () -> host.namespaces().add(NAME));
        time("links.apply host", () -> host.links().apply(HERE, outside()));
        time("links.apply namespace", () -> host.links().apply(INSIDE, inside()));
        time("packetFilter.apply namespace", () -> host.packetFilter().apply(INSIDE, FILTER));
        time("processes.launch", () -> vmm.add(host.processes().launch(spec)));
        microseconds
                .computeIfAbsent("ALL OF A START", key -> new ArrayList<>())
                .add((System.nanoTime() - start) / 1000);
        time("namespaces.exists", () -> host.namespaces().exists(NAME));
        time("links.find", () -> host.links().find(HERE, NAME));
        time("links.find in namespace", () -> host.links().find(INSIDE, "tap0"));
        time("packetFilter.findTable ns", () -> host.packetFilter().findTable(INSIDE, "bridge", "sistemo"));
        time("cgroups.members", () -> host.cgroups().members(cgroup));
        time("processes.alive", () -> host.processes().alive(vmm.getFirst()));
        time("cgroups.cpuNanoseconds", () -> host.cgroups().cpuNanoseconds(cgroup));
        time("cgroups.usage", () -> host.cgroups().usage(cgroup));
        assertThat(host.processes().traffic(vmm.getFirst(), "tap0")).isPresent();
        time("processes.traffic", () -> host.processes().traffic(vmm.getFirst(), "tap0"));
        CountDownLatch noticed = new CountDownLatch(1);
        var _ = host.processes().watch(vmm.getFirst(), _ -> noticed.countDown());
        time("from SIGKILL to the notice", () -> killAndAwait(host, vmm.getFirst(), noticed));
        time("cgroups.killAndRemove", () -> host.cgroups().killAndRemove(cgroup));
        time("links.delete", () -> host.links().delete(HERE, NAME));
        time("namespaces.delete", () -> host.namespaces().delete(NAME));
    }

    private static void killAndAwait(Host host, ProcessIdentity vmm, CountDownLatch noticed) {
        host.processes().signal(vmm, Signal.KILL);
        try {
            assertThat(noticed.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<LinkCommand> outside() {
        return List.of(
                new LinkCommand.AddVeth(NAME, "eth0", NAME, ALIAS),
                new LinkCommand.SetMaster(NAME, "sistemo0"),
                new LinkCommand.SetUp(NAME));
    }

    private static List<LinkCommand> inside() {
        return List.of(
                new LinkCommand.AddBridge("br0", ALIAS),
                new LinkCommand.AddTap("tap0", 23456),
                new LinkCommand.SetMaster("eth0", "br0"),
                new LinkCommand.SetMaster("tap0", "br0"),
                new LinkCommand.SetUp("eth0"),
                new LinkCommand.SetUp("tap0"),
                new LinkCommand.SetUp("br0"),
                new LinkCommand.SetUp("lo"));
    }
}
