package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.host.LinkCommand;
import io.sistemo.host.LinkFacts;
import io.sistemo.network.NetworkDetails;
import io.sistemo.network.NetworkSpec;
import io.sistemo.network.Networks;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.OperationState;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Networks that users make: made, used, refused, made again, removed. */
class NetworksTest {
    private static final int AT_ONCE = 8;

    private final MachineWorld world = new MachineWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private Networks networks() {
        return world.daemon().networks();
    }

    private static NetworkSpec spec(String name, String subnet) {
        return new NetworkSpec(name, Optional.of(subnet), Optional.empty());
    }

    private static NetworkSpec spec(String name) {
        return new NetworkSpec(name, Optional.empty(), Optional.empty());
    }

    private Operation ended(OperationId id) {
        world.daemon().settle();
        return world.daemon().operations().require(id);
    }

    private void refused(RefusalCode code, Runnable request, String... words) {
        Map<String, String> before = world.contents();
        assertThatExceptionOfType(Refusal.class).isThrownBy(request::run).satisfies(refusal -> {
            assertThat(refusal.code()).isEqualTo(code);
            assertThat(refusal.sentence()).contains(words).doesNotContain("\n");
        });
        world.daemon().settle();
        assertThat(world.contents()).isEqualTo(before);
    }

    private void deploy(String name, String network) {
        world.machines().deploy(DeploySpecs.onNetwork(name, network));
        world.daemon().settle();
    }

    private Optional<LinkFacts> link(String name) {
        return world.host.links().find(Optional.empty(), name);
    }

    private Optional<String> bridgeOf(String machine) {
        return link(world.machines().require(machine).namespace().orElseThrow()).flatMap(LinkFacts::master);
    }

    @Test
    void machinesAreOnTheNetworkThatTheyAskFor() {
        world.createNetwork("blue");
        assertThat(networks().list())
                .extracting(details ->
                        details.network().name() + " " + details.network().subnet())
                .containsExactly("blue 10.201.0.0/24", "default 10.200.0.0/24");
        deploy("web", "blue");
        MachineDetails web = world.machines().require("web");
        assertThat(web.status()).isEqualTo(MachineStatus.RUNNING);
        assertThat(web.networkName()).isEqualTo("blue");
        assertThat(web.ipAddress()).contains("10.201.0.2");
        assertThat(bridgeOf("web")).contains("br-blue");
        assertThat(networks().require("blue").machines()).isEqualTo(1);
        world.deploy("other");
        assertThat(bridgeOf("other")).contains("sistemo0");
        Consistency.check(world);
    }

    @Test
    void aNetworkInUseIsKeptAndItsMachinesAreNamed() {
        world.createNetwork("blue");
        deploy("web", "blue");
        deploy("db", "blue");
        refused(RefusalCode.IN_USE, () -> networks().delete("blue"), "db, web", "blue");
        world.machines().stop("web");
        world.machines().delete("db", false);
        world.daemon().settle();
        refused(RefusalCode.IN_USE, () -> networks().delete("blue"), "used by web:", "that machine");
        world.machines().delete("web", false);
        world.daemon().settle();
        assertThat(ended(networks().delete("blue")).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(link("br-blue")).isEmpty();
        refused(RefusalCode.NOT_FOUND, () -> networks().delete("blue"), "network list");
        refused(RefusalCode.IMPOSSIBLE, () -> networks().delete("default"), "default");
        refused(RefusalCode.NOT_FOUND, () -> deploy("web", "blue"), "'blue'");
        Consistency.check(world);
    }

    @Test
    void whatCannotBeIsRefusedBeforeAnythingIsMade() {
        world.createNetwork("blue");
        world.host.addRoute("192.168.1.5/24", "eth0");
        refused(RefusalCode.NAME_TAKEN, () -> networks().create(spec("blue")), "'blue'");
        refused(RefusalCode.NAME_TAKEN, () -> networks().create(spec("default")), "'default'");
        refused(RefusalCode.BAD_INPUT, () -> networks().create(spec("sistemo0")), "default network");
        refused(RefusalCode.BAD_INPUT, () -> networks().create(spec("much-too-long")), "at most 12");
        refused(RefusalCode.BAD_INPUT, () -> networks().create(spec("blau", "10.0.0.0/33")), "10.0.0.0/33");
        refused(RefusalCode.IN_USE, () -> networks().create(spec("red", "10.201.0.128/25")), "network blue");
        refused(RefusalCode.IN_USE, () -> networks().create(spec("red", "192.168.0.0/16")), "eth0");
        refused(
                RefusalCode.IN_USE,
                () -> networks().create(new NetworkSpec("red", Optional.empty(), Optional.of("br-blue"))),
                "br-blue",
                "network blue");
        world.host.links().apply(Optional.empty(), List.of(new LinkCommand.AddBridge("br-red", "another's")));
        refused(RefusalCode.IN_USE, () -> networks().create(spec("red")), "br-red");
    }

    /** The host's link came after it was asked whether there is one. */
    @Test
    void aBridgeOfAnotherIsLeftAloneAndTheNetworkTakenBack() {
        world.daemon().points().set((_, point) -> {
            if (point.startsWith("after bootId") && link("br-red").isEmpty()) {
                world.host.links().apply(Optional.empty(), List.of(new LinkCommand.AddBridge("br-red", "another's")));
            }
        });
        Operation operation = ended(networks().create(spec("red")));
        assertThat(operation.state()).isEqualTo(OperationState.FAILED);
        assertThat(operation.error().orElseThrow()).contains("br-red", "not ours");
        assertThat(link("br-red").flatMap(LinkFacts::alias)).contains("another's");
        world.daemon().points().set(CrashPoints.Fault.NONE);
        // Nobody else is kept from anything.
        world.deploy("m");
        world.host.links().delete(Optional.empty(), "br-red");
        world.daemon().await(() -> networks().list().size() == 1);
        Consistency.check(world);
    }

    @Test
    void ofManyThatAskForTheSameSubnetOneGetsIt() throws Exception {
        List<Optional<RefusalCode>> answers = atOnce(number -> spec("n" + number, "10.77.0.0/24"));
        assertThat(answers.stream().filter(Optional::isEmpty)).hasSize(1);
        assertThat(answers.stream().flatMap(Optional::stream))
                .hasSize(AT_ONCE - 1)
                .containsOnly(RefusalCode.IN_USE);
        Consistency.check(world);
    }

    @Test
    void manyThatAskForNoneGetDifferentOnes() throws Exception {
        assertThat(atOnce(number -> spec("n" + number))).containsOnly(Optional.empty());
        assertThat(networks().list().stream()
                        .map(NetworkDetails::network)
                        .map(network -> network.subnet().toString()))
                .hasSize(AT_ONCE + 1)
                .doesNotHaveDuplicates();
        Consistency.check(world);
    }

    private interface Numbered {
        NetworkSpec spec(int number);
    }

    private List<Optional<RefusalCode>> atOnce(Numbered asked) throws Exception {
        List<Callable<Optional<RefusalCode>>> requests = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            NetworkSpec spec = asked.spec(i);
            requests.add(() -> {
                try {
                    networks().create(spec);
                    return Optional.empty();
                } catch (Refusal e) {
                    return Optional.of(e.code());
                }
            });
        }
        List<Optional<RefusalCode>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (Future<Optional<RefusalCode>> answer : threads.invokeAll(requests)) {
                answers.add(answer.get());
            }
        }
        world.daemon().settle();
        return answers;
    }

    @Test
    void aFullBridgeIsRefusedBeforeAnythingIsMade() {
        world.bridgePorts = 2;
        world.restart().settle();
        world.createNetwork("blue");
        deploy("one", "blue");
        deploy("two", "blue");
        refused(RefusalCode.IN_USE, () -> deploy("three", "blue"), "blue is full", "2 of its machines run", "2 ports");
        world.deploy("elsewhere");
        world.machines().stop("one");
        world.daemon().settle();
        deploy("three", "blue");
        refused(RefusalCode.IN_USE, () -> world.machines().start("one"), "blue is full");
        refused(RefusalCode.IN_USE, () -> world.machines().restart("one"), "blue is full");
        // Who runs has its port already.
        world.machines().restart("two");
        world.machines().stop("three");
        world.daemon().settle();
        world.machines().start("one");
        world.daemon().settle();
        assertThat(world.machines().require("one").status()).isEqualTo(MachineStatus.RUNNING);
        Consistency.check(world);
    }

    @Test
    void itIsThereAgainAfterADaemonThatLeftAndAfterAReboot() {
        world.createNetwork("blue");
        world.daemon().leave();
        assertThat(link("br-blue")).isEmpty();
        world.restart().settle();
        assertThat(link("br-blue")).isPresent();
        deploy("web", "blue");
        world.reboot().settle();
        assertThat(bridgeOf("web")).contains("br-blue");
        Consistency.check(world);
    }

    @Test
    void aBridgeThatSomebodyDeletedIsMadeAgainAndItsPortsArePutBack() {
        world.createNetwork("blue");
        deploy("web", "blue");
        long vmm = world.vmm("web");
        world.host.links().delete(Optional.empty(), "br-blue");
        assertThat(bridgeOf("web")).isEmpty();
        world.daemon().reconcile();
        assertThat(bridgeOf("web")).contains("br-blue");
        assertThat(world.vmm("web")).isEqualTo(vmm);
        Consistency.check(world);
    }
}
