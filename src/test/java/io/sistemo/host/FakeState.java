package io.sistemo.host;

import io.sistemo.vmm.firecracker.StandInFault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What the fake host holds; guarded by its own lock. */
final class FakeState {
    /** The name under which the host's own namespace is kept. */
    static final String HOST_NAMESPACE = "";
    /** A filesystem in memory. */
    private static final Path RUN = Path.of("/run");

    final Map<Path, Node> nodes = new TreeMap<>();
    final Map<String, Cgroup> cgroups = new TreeMap<>();
    final Map<String, Namespace> namespaces = new TreeMap<>();
    final Map<String, String> sysctls = new TreeMap<>();
    final Set<RouteFacts> routes = new LinkedHashSet<>();
    final List<String> said = new ArrayList<>();
    final List<Runnable> filterWatches = new ArrayList<>();
    /** Rules in chains of iptables. */
    final List<AcceptRule> acceptRules = new ArrayList<>();
    /** What else was in the chain of each of these when it was appended. */
    final Map<AcceptRule, String> textBefore = new HashMap<>();
    /** Whether iptables is not installed. */
    boolean isWithoutIptables;
    /** Who listens, by protocol and port. */
    final Map<String, PortHolder> holders = new TreeMap<>();

    /** What goes wrong in every Firecracker that is started from now on. */
    StandInFault firecrackerFault = StandInFault.NONE;

    final FakeProcessTable processes = new FakeProcessTable(this);
    BootId bootId = new BootId("boot-1");
    long freeBytes = 1L << 50;
    private int boots = 1;
    private int nameless;

    FakeState() {
        nodes.put(Path.of("/"), new Directory(0755, 0));
        nodes.put(RUN, new Directory(0755, 0));
        startKernel();
    }

    /** What has a name in the filesystem. */
    sealed interface Node {}

    /** A directory. */
    record Directory(int mode, long ownerUid) implements Node {}

    /** A link, which is never followed. */
    record SymbolicLink() implements Node {}

    /** A further name of a regular file. */
    record FurtherName(Path file) implements Node {}

    /** A regular file; a disk's content beyond that of its image is a hole. */
    @SuppressWarnings("ArrayRecordComponent")
    record Regular(byte[] content, long sizeBytes, long punchedBytes, int mode, long ownerUid) implements Node {
        long allocatedBytes() {
            return Math.max(0, content.length - punchedBytes);
        }

        Regular withOwner(long newOwnerUid, int newMode) {
            return new Regular(content, sizeBytes, punchedBytes, newMode, newOwnerUid);
        }

        @Override
        public String toString() {
            return "Regular[" + java.util.Arrays.hashCode(content) + ", " + sizeBytes + ", " + mode + ", " + ownerUid
                    + "]";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Regular file && file.toString().equals(toString());
        }

        @Override
        public int hashCode() {
            return toString().hashCode();
        }
    }

    /** A control group: in the tree of version 2, in that of a controller of version 1, and its limits once they are set. */
    record Cgroup(boolean unified, boolean legacy, Optional<CgroupLimits> limits) {}

    /** How the names of namespaces begin here that have none, and live on because a process is in them. */
    static final String NAMELESS = "nameless ";

    /** A network namespace, or the plain file that an interrupted attempt to make or delete one leaves under its name. */
    static final class Namespace {
        boolean whole = true;
        final Map<String, LinkFacts> links = new TreeMap<>();
        /** By family and name. */
        final Map<String, Table> tables = new TreeMap<>();
        /** The namespace and name of each veth's other end, as NAMESPACE/NAME. */
        final Map<String, String> peers = new TreeMap<>();

        /** Nothing but a name. */
        static Namespace remnant() {
            Namespace remnant = new Namespace();
            remnant.whole = false;
            return remnant;
        }
    }

    /** Gives a namespace another name. */
    void rename(String from, String to) {
        Namespace renamed = namespace(from);
        namespaces.remove(from);
        namespaces.put(to, renamed);
        String prefix = from + "/";
        namespaces
                .values()
                .forEach(namespace -> namespace.peers.replaceAll(
                        (_, peer) -> peer.startsWith(prefix) ? to + "/" + peer.substring(prefix.length()) : peer));
        processes.renamed(from, to);
    }

    /** A name that no other namespace has which lost its own. */
    String nameless() {
        nameless++;
        return NAMELESS + nameless;
    }

    /** A namespace that has no name any more goes with the last process in it. */
    void collect(String namespace) {
        if (namespace.startsWith(NAMELESS) && namespaces.containsKey(namespace) && !processes.anyIn(namespace)) {
            List.copyOf(namespace(namespace).links.keySet()).forEach(link -> FakeLinks.remove(this, namespace, link));
            namespaces.remove(namespace);
        }
    }

    /** A table: its comment and its text. */
    record Table(String comment, String text) {}

    synchronized void reboot() {
        boots++;
        bootId = new BootId("boot-" + boots);
        processes.clear();
        cgroups.clear();
        namespaces.clear();
        sysctls.clear();
        routes.clear();
        acceptRules.clear();
        holders.clear();
        nodes.keySet().removeIf(path -> path.startsWith(RUN) && !path.equals(RUN));
        startKernel();
    }

    private void startKernel() {
        namespaces.put(HOST_NAMESPACE, new Namespace());
        namespace(HOST_NAMESPACE)
                .links
                .put(
                        "lo",
                        new LinkFacts("lo", Optional.empty(), "", Optional.empty(), true, true, "00:00:00:00:00:00"));
        addRoute("127.0.0.1/8", "lo");
        sysctls.put("net.ipv4.ip_forward", "0");
    }

    /** Addresses that are reached by a link, as {@code 10.0.0.0/8}. */
    void addRoute(String cidr, String link) {
        int slash = cidr.indexOf('/');
        routes.add(new RouteFacts(cidr.substring(0, slash), Integer.parseInt(cidr.substring(slash + 1)), link));
    }

    Namespace namespace(Optional<String> name) {
        return namespace(name.orElse(HOST_NAMESPACE));
    }

    Namespace namespace(String name) {
        Namespace namespace = namespaces.get(name);
        if (namespace == null) {
            throw new HostException("the network namespace " + name + " does not exist");
        }
        if (!namespace.whole) {
            throw new HostException("cannot enter the network namespace " + name + ": invalid argument");
        }
        return namespace;
    }

    Node requirePresent(Path path) {
        Node node = nodes.get(path);
        if (node == null) {
            throw new HostException(path + " does not exist");
        }
        return node;
    }

    /** A regular file, empty when the name is free. */
    Optional<Regular> findRegular(Path path) {
        return switch (nodes.get(path)) {
            case null -> Optional.empty();
            case Regular regular -> Optional.of(regular);
            case FurtherName further -> findRegular(further.file());
            case Directory _, SymbolicLink _ -> throw new HostException(path + " is not a regular file");
        };
    }

    void requireParent(Path path) {
        if (!(nodes.get(PartialFile.parentOf(path)) instanceof Directory)) {
            throw new HostException(PartialFile.parentOf(path) + " is not a directory");
        }
    }

    /** Takes room for new content. */
    void allocate(long bytes) {
        if (bytes > freeBytes) {
            throw new DiskFullException("no room on the filesystem");
        }
        freeBytes -= bytes;
    }

    /** Removes what an interrupted write left of a file, then the file. */
    void removeWithPartial(Path file, Runnable between) {
        boolean begun;
        synchronized (this) {
            begun = nodes.containsKey(PartialFile.of(file));
            removeFile(PartialFile.of(file));
        }
        if (begun) {
            between.run();
        }
        synchronized (this) {
            removeFile(file);
        }
    }

    void removeFile(Path path) {
        if (nodes.get(path) instanceof Directory) {
            throw new HostException("cannot delete " + path + ": it is a directory");
        }
        if (nodes.remove(path) instanceof Regular regular) {
            freeBytes += regular.allocatedBytes();
        }
    }
}
