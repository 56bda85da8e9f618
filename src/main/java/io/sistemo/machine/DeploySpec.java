package io.sistemo.machine;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a user asks for in a deploy. The values are as they came: the domain checks names and ranges.
 *
 * @param name the machine's name, else it is made from the image's
 * @param image what to boot: an image's name or digest, or an absolute path to an ext4 file on the host
 * @param vcpus virtual CPUs, else the default
 * @param memoryMib memory in MiB, else the default
 * @param storageMib size of the root volume in MiB, else the default
 * @param networkName the network, else the default one
 * @param metadata kept with the machine
 */
public record DeploySpec(
        Optional<String> name,
        String image,
        OptionalInt vcpus,
        OptionalInt memoryMib,
        OptionalInt storageMib,
        Optional<String> networkName,
        Map<String, String> metadata) {

    /** Copies the map. */
    public DeploySpec {
        metadata = Map.copyOf(metadata);
    }
}
