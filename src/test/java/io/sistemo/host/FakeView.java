package io.sistemo.host;

/** The fake host as one program sees it. */
final class FakeView implements Host {
    private final FakeState state;
    private final Files files;
    private final Disks disks;
    private final Filesystems filesystems;
    private final Cgroups cgroups;
    private final Namespaces namespaces;
    private final Links links;
    private final PacketFilter packetFilter;
    private final Processes processes;
    private final Sockets sockets;
    private final Ports ports;
    private final Sysctls sysctls;

    FakeView(FakeState state, CallListener listener) {
        this.state = state;
        files = new FakeFiles(state, listener);
        disks = new FakeDisks(state, listener);
        filesystems = new FakeFilesystems(state, listener);
        cgroups = new FakeCgroups(state, listener);
        namespaces = new FakeNamespaces(state, listener);
        links = new FakeLinks(state, listener);
        packetFilter = new FakePacketFilter(state);
        processes = new FakeProcesses(state, listener);
        sockets = new FakeSockets(state);
        ports = new FakePorts(state);
        sysctls = new FakeSysctls(state);
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

    @Override
    public BootId bootId() {
        synchronized (state) {
            return state.bootId;
        }
    }
}
