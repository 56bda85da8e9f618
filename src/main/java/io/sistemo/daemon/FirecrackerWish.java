package io.sistemo.daemon;

import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.vmm.qemu.KvmFinding;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Whether an installation is to have Firecracker, and from where. */
public sealed interface FirecrackerWish {
    /**
     * It is of no use here.
     *
     * @param why in a few words
     */
    record None(String why) implements FirecrackerWish {}

    /** Machines run with it if it can be had, else with QEMU. */
    record IfPossible() implements FirecrackerWish {}

    /**
     * It was asked for: without it the installation has failed.
     *
     * @param place file or https URL of a release's archive; else the pinned release is fetched
     * @param sha256 of the archive, 64 lower-case hexadecimal digits; else it must be the pinned one
     */
    record Required(Optional<String> place, Optional<String> sha256) implements FirecrackerWish {}

    /**
     * What is wished for.
     *
     * @param place as {@code --firecracker} has it
     * @param sha256 as {@code --sha256} has it
     * @param hypervisor the configuration's
     * @param kvm what {@link io.sistemo.vmm.qemu.KvmProbe#look} says
     * @throws Refusal BAD_INPUT for a checksum that is none, or one of nothing
     */
    static FirecrackerWish of(
            Optional<String> place, Optional<String> sha256, String hypervisor, Optional<KvmFinding> kvm) {
        if (sha256.isPresent() && !sha256.get().matches("[0-9a-fA-F]{64}")) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "--sha256 must be 64 hexadecimal digits, as sha256sum prints them, and is '" + sha256.get() + "'.");
        }
        if (sha256.isPresent() && place.isEmpty()) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT, "--sha256 is the checksum of what --firecracker names: give both.");
        }
        if (place.isPresent() || hypervisor.equals("firecracker")) {
            return new Required(
                    place.map(FirecrackerWish::absolute), sha256.map(digits -> digits.toLowerCase(Locale.ROOT)));
        }
        if (hypervisor.equals("qemu")) {
            return new None("hypervisor is qemu");
        }
        return kvm.<FirecrackerWish>map(finding -> new None(finding.words())).orElseGet(IfPossible::new);
    }

    private static String absolute(String place) {
        return place.contains("://") ? place : Path.of(place).toAbsolutePath().toString();
    }
}
