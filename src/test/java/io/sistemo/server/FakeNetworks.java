package io.sistemo.server;

import io.sistemo.network.Network;
import io.sistemo.network.NetworkDetails;
import io.sistemo.network.NetworkService;
import io.sistemo.network.NetworkSpec;
import io.sistemo.network.Subnet;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The default network with a machine and another one without, in memory. */
final class FakeNetworks implements NetworkService {
    final List<String> calls = new ArrayList<>();
    private final FakeOperations operations;

    FakeNetworks(FakeOperations operations) {
        this.operations = operations;
    }

    @Override
    public List<NetworkDetails> list() {
        return List.of(
                new NetworkDetails(
                        new Network("blue", "br-blue", Subnet.parse("10.201.0.0/24")), 0, false, Instant.EPOCH),
                new NetworkDetails(
                        new Network(Network.DEFAULT, Network.DEFAULT_BRIDGE, Subnet.parse("10.200.0.0/16")),
                        1,
                        false,
                        Instant.EPOCH));
    }

    @Override
    public NetworkDetails require(String name) {
        return list().stream()
                .filter(details -> details.network().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Refusal(RefusalCode.NOT_FOUND, "There is no network '" + name + "'."));
    }

    @Override
    public OperationId create(NetworkSpec spec) {
        calls.add("create " + spec.name() + " " + spec.subnet().orElse("-") + " "
                + spec.bridge().orElse("-"));
        return operations.done("network.create", "blue", "blue");
    }

    @Override
    public OperationId delete(String name) {
        calls.add("delete " + name);
        if (require(name).machines() > 0) {
            throw new Refusal(RefusalCode.IN_USE, "The network " + name + " is used by web.");
        }
        return operations.done("network.delete", name, name);
    }
}
