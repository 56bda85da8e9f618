package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the fake host and the real one have in common: VMM processes. The VMM is a stand-in that only sleeps. */
abstract class ProcessContract {
    static final String NAMESPACE = "sv-0dec0de0";
    private static final int KILLED = 128 + 9;

    abstract Host host();

    /** The same host as another run of the program sees it. */
    abstract Host otherProgram();

    abstract Path directory();

    abstract String installation();

    String cgroup() {
        return "sistemo/" + installation() + "/machine";
    }

    LaunchSpec spec() {
        return spec("sleep", "1000");
    }

    LaunchSpec spec(String... command) {
        return spec(List.of(), command);
    }

    LaunchSpec spec(List<Path> dataDisks, String... command) {
        return new LaunchSpec(
                host().cgroups().directories(cgroup()),
                NAMESPACE,
                23456,
                List.of(),
                Confinement.LAUNCHER,
                directory().resolve("disk"),
                dataDisks,
                directory().resolve("kernel"),
                directory().resolve("initrd"),
                directory().resolve("console.log"),
                directory().resolve("vmm.log"),
                List.of(command));
    }

    @BeforeEach
    void prepare() {
        for (String file : List.of("disk", "kernel", "initrd")) {
            host().files().writeAtomically(directory().resolve(file), new byte[] {1}, 0600, 0);
        }
        host().namespaces().add(NAMESPACE);
        host().cgroups().create(cgroup(), new CgroupLimits(64 << 20, 100, 50));
    }

    @AfterEach
    void removeAll() {
        host().cgroups().killAndRemove(cgroup());
        host().namespaces().delete(NAMESPACE);
    }

    @Test
    void aVmmIsInItsCgroupAndKnownByItsIdentity() {
        ProcessIdentity vmm = host().processes().launch(spec());
        assertThat(host().processes().alive(vmm)).isTrue();
        assertThat(host().processes().identify(vmm.pid())).contains(vmm);
        assertThat(host().cgroups().members(cgroup())).containsExactly(vmm.pid());
        assertThat(vmm.bootId()).isEqualTo(host().bootId());
        ProcessIdentity older = new ProcessIdentity(vmm.pid(), vmm.startTicks() - 1, vmm.bootId());
        ProcessIdentity otherBoot = new ProcessIdentity(vmm.pid(), vmm.startTicks(), new BootId("other"));
        assertThat(host().processes().alive(older)).isFalse();
        assertThat(host().processes().alive(otherBoot)).isFalse();
        assertThat(host().processes().aliveAmong(List.of(older, vmm, otherBoot)))
                .containsExactly(vmm);
        host().processes().signal(older, Signal.KILL);
        host().processes().signal(otherBoot, Signal.KILL);
        assertThat(host().processes().alive(vmm)).isTrue();
    }

    @Test
    void theEndOfAChildIsToldWithItsCode() throws InterruptedException {
        ProcessIdentity vmm = host().processes().launch(spec());
        BlockingQueue<ProcessExit> exits = new ArrayBlockingQueue<>(10);
        host().processes().watch(vmm, exits::add);
        host().processes().signal(vmm, Signal.KILL);
        assertThat(exits.poll(10, TimeUnit.SECONDS)).isEqualTo(new ProcessExit(vmm, OptionalInt.of(KILLED)));
        assertThat(host().processes().alive(vmm)).isFalse();
        assertThat(host().cgroups().members(cgroup())).isEmpty();
        host().processes().signal(vmm, Signal.KILL);
        host().processes().watch(vmm, exits::add);
        assertThat(exits.poll(10, TimeUnit.SECONDS)).isEqualTo(new ProcessExit(vmm, OptionalInt.of(KILLED)));
    }

    /** Whether it is watched or not: one that is watched may be asked about in another way. */
    @Test
    void aWatchedProcessIsAliveUntilItEnds() throws InterruptedException {
        ProcessIdentity vmm = host().processes().launch(spec());
        ProcessIdentity older = new ProcessIdentity(vmm.pid(), vmm.startTicks() - 1, vmm.bootId());
        BlockingQueue<ProcessExit> exits = new ArrayBlockingQueue<>(10);
        ExitWatch closed = host().processes().watch(vmm, exits::add);
        assertThat(host().processes().aliveAmong(List.of(vmm, older))).containsExactly(vmm);
        closed.close();
        assertThat(host().processes().aliveAmong(List.of(vmm, older))).containsExactly(vmm);
        host().processes().watch(vmm, exits::add);
        host().processes().signal(vmm, Signal.KILL);
        assertThat(exits.poll(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(host().processes().aliveAmong(List.of(vmm, older))).isEmpty();
    }

    @Test
    void theEndOfAnAdoptedProcessIsToldWithoutACode() throws InterruptedException {
        ProcessIdentity vmm = otherProgram().processes().launch(spec());
        BlockingQueue<ProcessExit> exits = new ArrayBlockingQueue<>(10);
        host().processes().watch(vmm, exits::add);
        host().cgroups().killAndRemove(cgroup());
        assertThat(exits.poll(10, TimeUnit.SECONDS)).isEqualTo(new ProcessExit(vmm, OptionalInt.empty()));
        assertThat(host().cgroups().exists(cgroup())).isFalse();
    }

    @Test
    void aCgroupThatWasKilledStaysEmpty() {
        ProcessIdentity vmm = host().processes().launch(spec());
        host().cgroups().kill(cgroup());
        host().cgroups().kill(cgroup());
        assertThat(host().processes().alive(vmm)).isFalse();
        assertThat(host().cgroups().exists(cgroup())).isTrue();
        assertThat(host().cgroups().members(cgroup())).isEmpty();
        host().cgroups().killAndRemove(cgroup());
        host().cgroups().kill(cgroup());
        assertThat(host().cgroups().exists(cgroup())).isFalse();
    }

    @Test
    void aWatchThatWasClosedStaysSilent() throws InterruptedException {
        ProcessIdentity vmm = host().processes().launch(spec());
        BlockingQueue<ProcessExit> closed = new ArrayBlockingQueue<>(10);
        BlockingQueue<ProcessExit> open = new ArrayBlockingQueue<>(10);
        host().processes().watch(vmm, closed::add).close();
        host().processes().watch(vmm, open::add);
        host().processes().signal(vmm, Signal.TERM);
        assertThat(open.poll(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(closed).isEmpty();
    }

    @Test
    void aDiskHasOneVmmAtATime() throws InterruptedException {
        ProcessIdentity vmm = host().processes().launch(spec());
        assertThatThrownBy(() -> host().processes().launch(spec()))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("is in use by another VMM");
        BlockingQueue<ProcessExit> exits = new ArrayBlockingQueue<>(10);
        host().processes().watch(vmm, exits::add);
        host().processes().signal(vmm, Signal.KILL);
        assertThat(exits.poll(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(host().processes().alive(host().processes().launch(spec()))).isTrue();
    }

    @Test
    void aDataDiskHasOneVmmAtATime() throws InterruptedException {
        Path data = directory().resolve("data");
        Path other = directory().resolve("other");
        LaunchSpec spec = spec(List.of(other, data), "sleep", "1000");
        host().files().writeAtomically(other, new byte[] {1}, 0600, 0);
        assertThatThrownBy(() -> host().processes().launch(spec))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("is not a regular file");
        host().files().writeAtomically(data, new byte[] {1}, 0600, 0);
        ProcessIdentity vmm = host().processes().launch(spec);
        host().files().writeAtomically(directory().resolve("disk2"), new byte[] {1}, 0600, 0);
        LaunchSpec second = new LaunchSpec(
                spec.cgroupDirectories(),
                NAMESPACE,
                23457,
                List.of(),
                Confinement.LAUNCHER,
                directory().resolve("disk2"),
                List.of(data),
                spec.kernel(),
                spec.initrd(),
                spec.console(),
                spec.log(),
                spec.command());
        assertThatThrownBy(() -> host().processes().launch(second))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining(data + " is in use by another VMM");
        BlockingQueue<ProcessExit> exits = new ArrayBlockingQueue<>(10);
        host().processes().watch(vmm, exits::add);
        host().processes().signal(vmm, Signal.KILL);
        assertThat(exits.poll(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(host().processes().alive(host().processes().launch(second))).isTrue();
    }

    @Test
    void aVmmIsNotStartedWithoutWhatItNeeds() {
        host().disks().delete(directory().resolve("kernel"));
        assertThatThrownBy(() -> host().processes().launch(spec()))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("is not a regular file");
        host().files().writeAtomically(directory().resolve("kernel"), new byte[] {1}, 0600, 0);
        host().namespaces().delete(NAMESPACE);
        assertThatThrownBy(() -> host().processes().launch(spec())).isInstanceOf(LaunchFailed.class);
        host().cgroups().killAndRemove(cgroup());
        assertThatThrownBy(() -> host().processes().launch(spec())).isInstanceOf(LaunchFailed.class);
    }

    @Test
    void whereNobodyListensNobodyAnswers() {
        Sockets sockets = host().sockets();
        assertThatThrownBy(() -> sockets.converse(NAMESPACE, "nobody", "hello\n", "hello"))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("nobody");
        assertThatThrownBy(() -> sockets.converse("sv-none", "nobody", "hello\n", "hello"))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("sv-none");
    }

    @Test
    void aNamespaceThatLostItsNameGetsItBackFromItsVmm() {
        Host host = host();
        host.links().apply(Optional.of(NAMESPACE), List.of(new LinkCommand.AddBridge("br0", "sistemo:a")));
        ProcessIdentity vmm = host.processes().launch(spec());
        host.namespaces().nameAgain(NAMESPACE, vmm);
        host.namespaces().delete(NAMESPACE);
        assertThat(host.namespaces().list()).doesNotContain(NAMESPACE);
        assertThat(host.processes().alive(vmm)).isTrue();
        host.namespaces().nameAgain(NAMESPACE, vmm);
        assertThat(host.links().find(Optional.of(NAMESPACE), "br0")).isPresent();
        // Somebody made another one under its name.
        host.namespaces().delete(NAMESPACE);
        host.namespaces().add(NAMESPACE);
        assertThat(host.links().find(Optional.of(NAMESPACE), "br0")).isEmpty();
        host.namespaces().nameAgain(NAMESPACE, vmm);
        assertThat(host.links().find(Optional.of(NAMESPACE), "br0")).isPresent();
        host.cgroups().kill(cgroup());
        host.namespaces().delete(NAMESPACE);
        assertThatThrownBy(() -> host.namespaces().nameAgain(NAMESPACE, vmm)).isInstanceOf(HostException.class);
        assertThat(host.namespaces().list()).doesNotContain(NAMESPACE);
    }

    private ServiceSpec service(String... command) {
        return new ServiceSpec(
                host().cgroups().directories(cgroup()),
                23456,
                List.of("net_bind_service"),
                directory().resolve("service.log"),
                "serving",
                List.of(command));
    }

    @Test
    void aServiceIsInItsCgroupAndKnownByItsIdentity() throws InterruptedException {
        ProcessIdentity service = host().processes().launch(service("sh", "-c", "echo I am serving; exec sleep 1000"));
        assertThat(otherProgram().processes().alive(service)).isTrue();
        assertThat(host().cgroups().members(cgroup())).containsExactly(service.pid());
        BlockingQueue<ProcessExit> exits = new ArrayBlockingQueue<>(10);
        host().processes().watch(service, exits::add);
        host().cgroups().kill(cgroup());
        assertThat(exits.poll(10, TimeUnit.SECONDS)).isEqualTo(new ProcessExit(service, OptionalInt.of(KILLED)));
        assertThat(host().processes().alive(service)).isFalse();
        assertThat(host().files().read(directory().resolve("service.log"))).isPresent();
    }

    @Test
    void aServiceIsNotStartedWithoutItsCgroup() {
        ServiceSpec spec = service("sh", "-c", "echo serving; exec sleep 1000");
        host().cgroups().killAndRemove(cgroup());
        assertThatThrownBy(() -> host().processes().launch(spec)).isInstanceOf(LaunchFailed.class);
    }

    @Test
    void nobodyHasAPidThatWasNeverGivenOut() {
        assertThat(host().processes().identify(4_194_303)).isEmpty();
    }
}
