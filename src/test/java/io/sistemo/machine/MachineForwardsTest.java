package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.host.PortHolder;
import io.sistemo.host.Ports;
import io.sistemo.network.HostFilter;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ports of the host that lead to machines, from the request to the host's table. */
class MachineForwardsTest {
    private final MachineWorld world = new MachineWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private static ForwardSpec spec(String protocol, Optional<String> address, int hostPort, int machinePort) {
        return new ForwardSpec(protocol, address, hostPort, machinePort);
    }

    private String table() {
        return world.host.tableText("", HostFilter.FAMILY, HostFilter.TABLE);
    }

    private Operation done(Supplier<OperationId> asked) throws InterruptedException {
        Operation end = world.daemon().operations().awaitEnd(asked.get());
        assertThat(end.state()).as(end.error().orElse("")).isEqualTo(OperationState.SUCCEEDED);
        return end;
    }

    private static void refused(RefusalCode code, String words, Supplier<OperationId> asked) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(asked::get).satisfies(refusal -> {
            assertThat(refusal.code()).isEqualTo(code);
            assertThat(refusal.sentence()).contains(words).endsWith(".");
        });
    }

    private void refused(RefusalCode code, String words, ForwardSpec spec) {
        refused(code, words, () -> world.machines().expose("m", spec));
    }

    @Test
    void anExposeIsAnsweredWhenTheTableHasIt() throws InterruptedException {
        world.deploy("m");
        Operation end = done(() -> world.machines().expose("m", ForwardScenes.port(8080)));
        assertThat(table()).contains("tcp . 8080 : 10.200.0.2 . 80");
        assertThat(end.targetName()).isEqualTo("m");
        assertThat(end.message()).contains("8080->80/tcp");
        done(() -> world.machines().expose("m", spec("udp", Optional.of("127.0.0.1"), 53, 53)));
        assertThat(table()).contains("127.0.0.1 . udp . 53 : 10.200.0.2 . 53");
        assertThat(world.machines().require("m").forwards())
                .containsExactly(
                        new MachineDetails.ForwardDetails(53, 53, "udp", Optional.of("127.0.0.1")),
                        new MachineDetails.ForwardDetails(8080, 80, "tcp", Optional.empty()));
        done(() -> world.machines().unexpose("m", "udp", Optional.empty(), 53));
        assertThat(table()).doesNotContain("udp . 53").contains("tcp . 8080");
        world.daemon().settle();
        Consistency.check(world);
    }

    @Test
    void theyAreKeptOverStopAndStartAndInForceOnlyWhileTheMachineShouldRun() throws InterruptedException {
        world.deploy("m");
        ForwardScenes.expose(world, "m", 8080);
        done(() -> world.machines().stop("m"));
        assertThat(table()).doesNotContain("8080");
        assertThat(world.machines().require("m").forwards()).hasSize(1);
        done(() -> world.machines().expose("m", ForwardScenes.port(8081)));
        assertThat(table()).doesNotContain("8080", "8081");
        done(() -> world.machines().start("m"));
        assertThat(table()).contains("tcp . 8080", "tcp . 8081");
        world.restart().settle();
        assertThat(table()).contains("tcp . 8080", "tcp . 8081");
        world.reboot().settle();
        assertThat(table()).contains("tcp . 8080", "tcp . 8081");
        done(() -> world.machines().restart("m"));
        world.daemon().settle();
        Consistency.check(world);
        done(() -> world.machines().delete("m", false));
        assertThat(table()).doesNotContain("8080", "8081");
        Consistency.check(world);
    }

    @Test
    void aMachineThatEndsByItselfTakesItsPortsOutOfForce() {
        world.deploy("m");
        ForwardScenes.expose(world, "m", 8080);
        world.host.exit(world.vmm("m"), 1);
        world.daemon().awaitNoticed();
        world.daemon().settle();
        assertThat(world.machines().require("m").status()).isEqualTo(MachineStatus.FAILED);
        Consistency.check(world);
    }

    private static DeploySpec deploy(String name, ForwardSpec... forwards) {
        return new DeploySpec(
                Optional.of(name),
                new DeploySpec.Boot.OfImage(MachineWorld.IMAGE),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                List.of(),
                List.of(forwards),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    @Test
    void aDeployBringsItsForwardsOrIsRefusedWhole() throws InterruptedException {
        done(() ->
                world.machines().deploy(deploy("m", ForwardScenes.port(8080), spec("udp", Optional.empty(), 53, 53))));
        assertThat(table()).contains("tcp . 8080 : 10.200.0.2 . 80", "udp . 53 : 10.200.0.2 . 53");
        refused(
                RefusalCode.IN_USE,
                "Port 8080/tcp of the host leads to m already (8080->80/tcp)",
                () -> world.machines().deploy(deploy("n", ForwardScenes.port(8081), ForwardScenes.port(8080))));
        refused(
                RefusalCode.IN_USE,
                "leads to n already",
                () -> world.machines().deploy(deploy("n", ForwardScenes.port(9), ForwardScenes.port(9))));
        refused(
                RefusalCode.BAD_INPUT,
                "65536 is no port of the host",
                () -> world.machines().deploy(deploy("n", ForwardScenes.port(65_536))));
        assertThat(world.machines().list()).hasSize(1);
        world.daemon().settle();
        Consistency.check(world);
    }

    @Test
    void whatCannotBeIsRefusedInOneSentence() {
        world.deploy("m");
        ForwardScenes.expose(world, "m", 8080);
        Optional<String> every = Optional.empty();
        refused(RefusalCode.BAD_INPUT, "0 is no port of the host", spec("tcp", every, 0, 80));
        refused(RefusalCode.BAD_INPUT, "65536 is no port of the machine", spec("tcp", every, 80, 65_536));
        refused(RefusalCode.BAD_INPUT, "no protocol 'icmp'", spec("icmp", every, 80, 80));
        refused(RefusalCode.BAD_INPUT, "'::1' is not an IPv4 address", spec("tcp", Optional.of("::1"), 80, 80));
        refused(
                RefusalCode.BAD_INPUT,
                "192.0.2.77 is not an address of this host",
                spec("tcp", Optional.of("192.0.2.77"), 80, 80));
        refused(RefusalCode.IMPOSSIBLE, "Sistemo's own sshd", spec("tcp", every, 22, MachineEnvironment.GUEST_PORT));
        refused(RefusalCode.IN_USE, "the daemon's own", spec("tcp", every, MachineWorld.API_PORT, 80));
        refused(RefusalCode.IN_USE, "leads to m already", spec("tcp", every, 8080, 81));
        refused(RefusalCode.IN_USE, "leads to m already", spec("tcp", Optional.of("127.0.0.1"), 8080, 80));
        refused(RefusalCode.IN_USE, "leads to m already", spec("tcp", Optional.of("0.0.0.0"), 8080, 80));
        refused(RefusalCode.NOT_FOUND, "no machine 'x'", () -> world.machines().expose("x", ForwardScenes.port(1)));
        refused(
                RefusalCode.NOT_FOUND,
                "No port 8080/udp of the host leads to m",
                () -> world.machines().unexpose("m", "udp", Optional.empty(), 8080));
        world.daemon().settle();
        Consistency.check(world);
    }

    @Test
    void aPortThatAProgramHasIsRefusedByItsName() {
        world.deploy("m");
        InetAddress any = InetAddress.ofLiteral("::");
        world.host.listen(Ports.Transport.TCP, 80, new PortHolder(any, OptionalLong.of(42), Optional.of("nginx")));
        world.host.listen(
                Ports.Transport.UDP,
                53,
                new PortHolder(InetAddress.ofLiteral("127.0.0.1"), OptionalLong.empty(), Optional.empty()));
        refused(RefusalCode.IN_USE, "that of nginx (process 42)", spec("tcp", Optional.empty(), 80, 80));
        refused(RefusalCode.IN_USE, "that of nginx", spec("tcp", Optional.of("127.0.0.1"), 80, 80));
        refused(RefusalCode.IN_USE, "that of another program", spec("udp", Optional.empty(), 53, 53));
        // Who listens at another address is in nobody's way.
        world.machines().expose("m", spec("udp", Optional.of("192.0.2.1"), 53, 53));
        world.machines().expose("m", spec("udp", Optional.empty(), 80, 80));
        world.daemon().settle();
        assertThat(world.machines().require("m").forwards()).hasSize(2);
        Consistency.check(world);
    }

    @Test
    void theOneAtAPortNeedsNoAddressAndOneOfSeveralDoes() throws InterruptedException {
        world.deploy("m");
        done(() -> world.machines().expose("m", spec("tcp", Optional.of("127.0.0.1"), 8080, 80)));
        done(() -> world.machines().expose("m", spec("tcp", Optional.of("192.0.2.1"), 8080, 80)));
        refused(
                RefusalCode.BAD_INPUT,
                "write the address too, as in 127.0.0.1:8080/tcp",
                () -> world.machines().unexpose("m", "tcp", Optional.empty(), 8080));
        done(() -> world.machines().unexpose("m", "tcp", Optional.of("127.0.0.1"), 8080));
        done(() -> world.machines().unexpose("m", "tcp", Optional.empty(), 8080));
        assertThat(world.machines().require("m").forwards()).isEmpty();
    }

    @Test
    void ofTwentyRivalsOneHasThePortAndAllAreAnswered() throws Exception {
        world.deploy("m");
        world.deploy("n");
        try (ExecutorService rivals = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> asked = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String machine = i % 2 == 0 ? "m" : "n";
                Optional<String> address = i % 3 == 0 ? Optional.of("127.0.0.1") : Optional.empty();
                asked.add(rivals.submit(() -> {
                    try {
                        done(() -> world.machines().expose(machine, spec("tcp", address, 8080, 80)));
                        return true;
                    } catch (Refusal e) {
                        assertThat(e.code()).isIn(RefusalCode.IN_USE, RefusalCode.WRONG_STATE);
                        return false;
                    }
                }));
            }
            int had = 0;
            for (Future<Boolean> each : asked) {
                had += each.get() ? 1 : 0;
            }
            assertThat(had).isEqualTo(1);
        }
        world.daemon().settle();
        Consistency.check(world);
    }

    @Test
    void manyAtOnceAreAllInForceWhenTheyAreAnswered() throws Exception {
        world.deploy("m");
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> asked = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int port = 9000 + i;
                asked.add(clients.submit(() -> {
                    done(() -> world.machines().expose("m", ForwardScenes.port(port)));
                    assertThat(table()).contains("tcp . " + port);
                    return Boolean.TRUE;
                }));
            }
            for (Future<?> each : asked) {
                each.get();
            }
        }
        world.daemon().settle();
        Consistency.check(world);
    }

    @Test
    void aMachineThatIsDeletedMeanwhileEndsTheRequestToo() throws InterruptedException {
        world.deploy("m");
        OperationId expose = world.machines().expose("m", ForwardScenes.port(8080));
        OperationId delete = world.machines().delete("m", false);
        assertThat(world.daemon().operations().awaitEnd(delete).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(world.daemon().operations().awaitEnd(expose).state().ended()).isTrue();
        world.daemon().settle();
        Consistency.check(world);
    }
}
