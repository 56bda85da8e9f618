package io.sistemo.machine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a user asks for in a deploy. The values are as they came: the domain checks names and ranges.
 *
 * @param name the machine's name, else it is made from the image's
 * @param boot what to boot
 * @param vcpus virtual CPUs, else the default
 * @param memoryMib memory in MiB, else the default
 * @param storageMib size of a new root volume in MiB, else the default
 * @param attached references to volumes that become its data disks, in this order
 * @param forwards ports of the host that lead to it
 * @param networkName the network, else the default one
 * @param restart when it is started again after it ended by itself, else the configuration's
 * @param metadata kept with the machine
 */
public record DeploySpec(
        Optional<String> name,
        Boot boot,
        OptionalInt vcpus,
        OptionalInt memoryMib,
        OptionalInt storageMib,
        List<String> attached,
        List<ForwardSpec> forwards,
        Optional<String> networkName,
        Optional<String> restart,
        Map<String, String> metadata) {

    /** What a machine boots. */
    public sealed interface Boot {
        /**
         * A new root volume, cloned from an image.
         *
         * @param name an image's name or digest, or an absolute path to an ext4 file on the host
         */
        record OfImage(String name) implements Boot {}

        /**
         * A root volume that is there.
         *
         * @param reference to the volume
         */
        record OfVolume(String reference) implements Boot {}
    }

    /** Copies the lists and the map. */
    public DeploySpec {
        attached = List.copyOf(attached);
        forwards = List.copyOf(forwards);
        metadata = Map.copyOf(metadata);
    }
}
