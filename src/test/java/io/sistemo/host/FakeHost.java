package io.sistemo.host;

import io.sistemo.vmm.firecracker.StandInFault;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A host in memory. It keeps what a real one keeps when a program dies: a test makes a new program on the same fake. Used
 * directly it only obeys; {@link #seenBy} puts a listener around each call, one for each program.
 *
 * <p>It is as fine as the truth where a death in the middle matters: a batch of links can stop half way, a clone can leave its
 * temporary file, a kill can leave the empty cgroup.
 */
public final class FakeHost implements Host {
    private final FakeState state = new FakeState();
    private final Host direct = new FakeView(state, CallListener.none());

    /** A host that just booted, with a writable root directory and plenty of room. */
    public FakeHost() {}

    /** The host as one program sees it; the exit codes of its children are known to it alone. */
    public Host seenBy(CallListener listener) {
        return new TracedHost(new FakeView(state, listener), listener);
    }

    /** Another boot: processes, cgroups, namespaces, links, tables and settings are gone, files stay, pids start over. */
    public void reboot() {
        state.reboot();
    }

    /** Ends a process as if by itself. */
    public void exit(long pid, int exitCode) {
        state.processes.exit(pid, exitCode);
    }

    /** What goes wrong in every Firecracker that is started from now on. */
    public void setFirecrackerFault(StandInFault fault) {
        synchronized (state) {
            state.firecrackerFault = fault;
        }
    }

    /** Writes into a file that is there, as one who has it open. */
    public void overwrite(Path file, byte[] content) {
        synchronized (state) {
            FakeState.Regular old = state.findRegular(file).orElseThrow();
            state.removeFile(file);
            state.allocate(content.length);
            state.nodes.put(
                    file, new FakeState.Regular(content.clone(), content.length, 0, old.mode(), old.ownerUid()));
        }
    }

    /** Whether a VMM's guest stands still. */
    public boolean isPaused(long pid) {
        return state.processes.isPaused(pid);
    }

    /** Stops a process as SIGSTOP does: it is there, and does nothing any more. */
    public void setStopped(long pid, boolean stopped) {
        state.processes.setStopped(pid, stopped);
    }

    /** Has a VMM hold its guest, as after a write that found no room, until it is told to go on. */
    public void hold(long pid) {
        state.processes.setHeld(pid, true);
    }

    /** The host gets a route, as {@code 10.0.0.0/8}. */
    public void addRoute(String cidr, String link) {
        synchronized (state) {
            state.addRoute(cidr, link);
        }
    }

    /** Has a program of the host's listen at a port. */
    public void listen(Ports.Transport transport, int port, PortHolder holder) {
        synchronized (state) {
            state.holders.put(transport + " " + port, holder);
        }
    }

    /** Another program's firewall, which drops what nobody decided about, as Docker makes it. */
    public void startDocker() {
        packetFilter().apply(Optional.empty(), """
                table ip filter {
                  chain DOCKER-USER { }
                  chain FORWARD { type filter hook forward priority filter; policy drop; }
                }
                """);
    }

    /** Whether the program iptables is there. */
    public void setIptables(boolean installed) {
        synchronized (state) {
            state.isWithoutIptables = !installed;
        }
    }

    /** How many bytes are left on every filesystem. */
    public void setFreeBytes(long bytes) {
        synchronized (state) {
            state.freeBytes = bytes;
        }
    }

    /** Puts a symbolic link in the way, where its directory exists. */
    public void putSymbolicLink(Path link) {
        synchronized (state) {
            state.nodes.put(link, new FakeState.SymbolicLink());
        }
    }

    /** Everything that is there, as text by name, to compare two moments: files, cgroups, namespaces, links and their settings, tables, processes. */
    public Map<String, String> contents() {
        synchronized (state) {
            Map<String, String> result = new HashMap<>();
            state.nodes.forEach((path, node) -> result.put("file " + path, node.toString()));
            state.cgroups.forEach((path, limits) -> result.put("cgroup " + path, limits.toString()));
            state.namespaces.forEach((name, namespace) -> {
                result.put("namespace " + name, "");
                namespace.links.forEach((link, facts) -> result.put("link " + name + "/" + link, facts.toString()));
                namespace.tables.forEach((table, text) -> result.put("table " + name + "/" + table, text.comment()));
            });
            state.namespace(FakeState.HOST_NAMESPACE)
                    .links
                    .keySet()
                    .forEach(link -> state.sysctls.forEach((key, value) -> {
                        if (FakeSysctls.isOf(link, key)) {
                            result.put("setting " + key, value);
                        }
                    }));
            state.acceptRules.forEach(rule -> result.put("rule in " + rule.chain(), rule.comment()));
            state.processes.running().forEach(process -> result.put("process " + process.pid(), ""));
            return result;
        }
    }

    /** The text of a table as it was last applied; empty when there is none. */
    public String tableText(String namespace, String family, String name) {
        synchronized (state) {
            FakeState.Table table = state.namespace(namespace).tables.get(family + " " + name);
            return table == null ? "" : table.text();
        }
    }

    /** The exit code of a process that has ended, also when no program of ours knows it. */
    public OptionalInt exitCode(long pid) {
        return state.processes.exitCode(pid);
    }

    /** What was said at sockets, in order, each as {@code NAMESPACE: TEXT}. */
    public List<String> said() {
        synchronized (state) {
            return List.copyOf(state.said);
        }
    }

    @Override
    public Files files() {
        return direct.files();
    }

    @Override
    public Disks disks() {
        return direct.disks();
    }

    @Override
    public Filesystems filesystems() {
        return direct.filesystems();
    }

    @Override
    public Cgroups cgroups() {
        return direct.cgroups();
    }

    @Override
    public Namespaces namespaces() {
        return direct.namespaces();
    }

    @Override
    public Links links() {
        return direct.links();
    }

    @Override
    public PacketFilter packetFilter() {
        return direct.packetFilter();
    }

    @Override
    public Processes processes() {
        return direct.processes();
    }

    @Override
    public Sockets sockets() {
        return direct.sockets();
    }

    @Override
    public Ports ports() {
        return direct.ports();
    }

    @Override
    public Sysctls sysctls() {
        return direct.sysctls();
    }

    @Override
    public BootId bootId() {
        return direct.bootId();
    }
}
