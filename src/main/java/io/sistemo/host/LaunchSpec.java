package io.sistemo.host;

import java.nio.file.Path;
import java.util.List;

/**
 * How a VMM is started. It finds its files open: disk at descriptor 3 (read and write, under an exclusive lock that lasts as
 * long as it does), kernel at 4, initramfs at 5, console at 6 (append), data disks from 7 on (as the disk); nothing else is
 * open but 0 to 2. One that a jailer confines has nothing open but those, and its files in its root directory.
 *
 * @param cgroupDirectories joined first, from {@link Cgroups#directories}
 * @param namespace the named network namespace in which it runs
 * @param uid user and group that it runs as, with no capabilities and no way to new privileges
 * @param groups further groups of its user: those that own devices which it opens
 * @param confinement who takes its privileges
 * @param disk a disk file
 * @param dataDisks further disk files, none of them twice
 * @param kernel a kernel image
 * @param initrd a machine's initramfs
 * @param console an append-only file for the serial console; made when missing
 * @param log an append-only file for its standard output and error; made when missing
 * @param command the program, found in the path or absolute, and its arguments
 */
public record LaunchSpec(
        List<Path> cgroupDirectories,
        String namespace,
        long uid,
        List<Long> groups,
        Confinement confinement,
        Path disk,
        List<Path> dataDisks,
        Path kernel,
        Path initrd,
        Path console,
        Path log,
        List<String> command) {

    /** Copies the lists; see the record. */
    public LaunchSpec {
        cgroupDirectories = List.copyOf(cgroupDirectories);
        groups = List.copyOf(groups);
        dataDisks = List.copyOf(dataDisks);
        command = List.copyOf(command);
    }
}
