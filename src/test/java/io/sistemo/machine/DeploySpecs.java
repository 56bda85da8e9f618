package io.sistemo.machine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What users of tests ask for who say little. */
final class DeploySpecs {
    private DeploySpecs() {}

    /** A name alone. */
    static DeploySpec of(String name) {
        return of(name, Optional.empty());
    }

    /** The same with a restart policy. */
    static DeploySpec of(String name, Optional<String> restart) {
        return spec(name, Optional.empty(), restart);
    }

    /** A name and a network. */
    static DeploySpec onNetwork(String name, String network) {
        return spec(name, Optional.of(network), Optional.empty());
    }

    private static DeploySpec spec(String name, Optional<String> network, Optional<String> restart) {
        return new DeploySpec(
                Optional.of(name),
                new DeploySpec.Boot.OfImage(MachineWorld.IMAGE),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                List.of(),
                List.of(),
                network,
                restart,
                Map.of());
    }
}
