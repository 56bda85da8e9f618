package io.sistemo.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** The host as the kernel and the programs {@code ip}, {@code nft}, {@code nsenter} and {@code setpriv} show it. Needs root. */
public final class LinuxHost implements Host {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String VMM_LAUNCHER = "launch-vmm";
    private static final String SERVICE_LAUNCHER = "launch-service";
    private static final String CONFINE = "confine";

    private final Files files = new LinuxFiles();
    private final LinuxDisks disks = new LinuxDisks();
    private final Filesystems filesystems;
    private final Cgroups cgroups = new LinuxCgroups();
    private final Namespaces namespaces;
    private final Links links;
    private final PacketFilter packetFilter;
    private final Processes processes;
    private final Sockets sockets = new LinuxSockets();
    private final Ports ports = new LinuxPorts();
    private final Sysctls sysctls = new LinuxSysctls();

    /**
     * Writes the scripts that start programs into a directory of the caller's.
     *
     * @param programs runs the programs that are needed
     * @param runDirectory exists, belongs to root and is writable by nobody else
     * @throws HostException when they cannot be written or control groups are not usable
     */
    public LinuxHost(Programs programs, Path runDirectory) {
        namespaces = new LinuxNamespaces(programs);
        links = new LinuxLinks(namespaces);
        packetFilter = new LinuxPacketFilter(programs, namespaces);
        processes = new LinuxProcesses(
                placed(VMM_LAUNCHER, runDirectory), placed(SERVICE_LAUNCHER, runDirectory), this::bootId);
        filesystems = new LinuxFilesystems(programs, disks, placed(CONFINE, runDirectory));
    }

    private Path placed(String script, Path runDirectory) {
        Path file = runDirectory.toAbsolutePath().resolve(script);
        byte[] content = content(script);
        // Written only when it is another: a daemon must start on a full disk too.
        if (files.read(file).filter(present -> Arrays.equals(present, content)).isEmpty()) {
            files.writeAtomically(file, content, 0755, 0);
        }
        return file;
    }

    private static byte[] content(String script) {
        try (InputStream resource = Objects.requireNonNull(LinuxHost.class.getResourceAsStream(script))) {
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Files files() {
        return files;
    }

    @Override
    public Disks disks() {
        return disks;
    }

    @Override
    public Filesystems filesystems() {
        return filesystems;
    }

    @Override
    public Cgroups cgroups() {
        return cgroups;
    }

    @Override
    public Namespaces namespaces() {
        return namespaces;
    }

    @Override
    public Links links() {
        return links;
    }

    @Override
    public PacketFilter packetFilter() {
        return packetFilter;
    }

    @Override
    public Processes processes() {
        return processes;
    }

    @Override
    public Sockets sockets() {
        return sockets;
    }

    @Override
    public Ports ports() {
        return ports;
    }

    @Override
    public Sysctls sysctls() {
        return sysctls;
    }

    /** Read each time: a test may put another over it. */
    @Override
    public BootId bootId() {
        try {
            return new BootId(java.nio.file.Files.readString(BOOT_ID).strip());
        } catch (IOException e) {
            throw new HostException("cannot read the host's boot id", e);
        }
    }
}
