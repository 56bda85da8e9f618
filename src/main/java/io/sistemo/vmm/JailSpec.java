package io.sistemo.vmm;

import java.nio.file.Path;
import java.util.List;

/**
 * What one start finds in its jail. All files lie on the filesystem of the jail, but for the kernel.
 *
 * @param id of letters, digits and hyphens
 * @param directory the jail, which is there: {@link VmmJail}
 * @param uid user and group that the VMM runs as
 * @param spec its machine
 * @param disk the root disk
 * @param dataDisks further disks, in the order of their places in the spec
 * @param kernel a kernel that anybody may read
 * @param initrd an initramfs that the VMM's user may read
 * @param console where the guest's console goes
 * @param metrics where the VMM's counters go
 */
public record JailSpec(
        String id,
        Path directory,
        long uid,
        VmmSpec spec,
        Path disk,
        List<Path> dataDisks,
        Path kernel,
        Path initrd,
        Path console,
        Path metrics) {
    /** Copies the list. */
    public JailSpec {
        dataDisks = List.copyOf(dataDisks);
    }
}
