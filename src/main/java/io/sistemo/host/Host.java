package io.sistemo.host;

import java.nio.file.Path;

/**
 * The machine that this program runs on, as small abilities. Calls named for a state ("ensure", "add", "create", "delete",
 * "apply") are idempotent: "already there" and "already gone" are success. What cannot be observed is a {@link
 * HostException}, never a guess.
 *
 * <p>Safe for concurrent use. Calls block; an interrupt ends the long ones with a {@link HostException} and leaves the
 * thread's interrupt flag set.
 */
public interface Host {
    /** Small files and directories. */
    Files files();

    /** Disk files of machines and volumes. */
    Disks disks();

    /** File systems in disk files. */
    Filesystems filesystems();

    /** Control groups. */
    Cgroups cgroups();

    /** Named network namespaces. */
    Namespaces namespaces();

    /** Network links. */
    Links links();

    /** nftables. */
    PacketFilter packetFilter();

    /** VMM processes. */
    Processes processes();

    /** What listens at sockets. */
    Sockets sockets();

    /** The host's own addresses and ports. */
    Ports ports();

    /** Kernel settings. */
    Sysctls sysctls();

    /**
     * Which boot of the host this is.
     *
     * @throws HostException when it cannot be read
     */
    BootId bootId();

    /**
     * Bytes that an unprivileged writer may still use on the filesystem that holds a path.
     *
     * @throws HostException when the path does not exist or cannot be asked
     */
    default long freeBytes(Path path) {
        return disks().freeBytes(path);
    }
}
