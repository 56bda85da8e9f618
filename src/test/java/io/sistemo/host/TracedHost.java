package io.sistemo.host;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Any host, real or fake, with a listener around every call: so both give the same trace for the same calls. */
public final class TracedHost implements Host {
    private final Host host;
    private final CallListener listener;

    /** Reports every call on a host. */
    public TracedHost(Host host, CallListener listener) {
        this.host = host;
        this.listener = listener;
    }

    <T> T call(String name, Object subject, Supplier<T> work) {
        String call = name + " " + subject;
        listener.before(call);
        T result = work.get();
        listener.after(call);
        return result;
    }

    void run(String name, Object subject, Runnable work) {
        call(name, subject, () -> {
            work.run();
            return subject;
        });
    }

    static String within(Optional<String> namespace, Object subject) {
        return namespace.map(name -> name + "/").orElse("") + subject;
    }

    @Override
    public BootId bootId() {
        return call("bootId", "", host::bootId);
    }

    @Override
    public Files files() {
        return new TracedFiles(host.files());
    }

    @Override
    public Disks disks() {
        return new TracedDisks(this, host.disks());
    }

    @Override
    public Filesystems filesystems() {
        Filesystems inner = host.filesystems();
        return new Filesystems() {
            @Override
            public void make(Path disk, long sizeBytes, UUID uuid, String label) {
                run("filesystems.make", disk, () -> inner.make(disk, sizeBytes, uuid, label));
            }

            @Override
            public void makeFrom(Path image, Path disk, long sizeBytes, UUID uuid, String label) {
                run("filesystems.makeFrom", disk, () -> inner.makeFrom(image, disk, sizeBytes, uuid, label));
            }

            @Override
            public boolean identify(Path disk, UUID uuid, String label) {
                return call("filesystems.identify", disk, () -> inner.identify(disk, uuid, label));
            }
        };
    }

    @Override
    public Cgroups cgroups() {
        return new TracedCgroups(this, host.cgroups());
    }

    @Override
    public Namespaces namespaces() {
        Namespaces inner = host.namespaces();
        return new Namespaces() {
            @Override
            public boolean exists(String name) {
                return call("namespaces.exists", name, () -> inner.exists(name));
            }

            @Override
            public void add(String name) {
                run("namespaces.add", name, () -> inner.add(name));
            }

            @Override
            public void delete(String name) {
                run("namespaces.delete", name, () -> inner.delete(name));
            }

            @Override
            public List<String> list() {
                return call("namespaces.list", "", inner::list);
            }

            @Override
            public Map<String, NamespaceFacts> inspect(Collection<String> names, String family, String table) {
                return call("namespaces.inspect", names.size(), () -> inner.inspect(names, family, table));
            }

            @Override
            public void nameAgain(String name, ProcessIdentity inside) {
                run("namespaces.nameAgain", name, () -> inner.nameAgain(name, inside));
            }
        };
    }

    @Override
    public Links links() {
        Links inner = host.links();
        return new Links() {
            @Override
            public Optional<LinkFacts> find(Optional<String> namespace, String name) {
                return call("links.find", within(namespace, name), () -> inner.find(namespace, name));
            }

            @Override
            public List<LinkFacts> list(Optional<String> namespace) {
                return call("links.list", within(namespace, ""), () -> inner.list(namespace));
            }

            @Override
            public List<RouteFacts> routes() {
                return call("links.routes", "", inner::routes);
            }

            @Override
            public void apply(Optional<String> namespace, List<LinkCommand> commands) {
                run("links.apply", within(namespace, commands), () -> inner.apply(namespace, commands));
            }

            @Override
            public void delete(Optional<String> namespace, String name) {
                run("links.delete", within(namespace, name), () -> inner.delete(namespace, name));
            }
        };
    }

    @Override
    public PacketFilter packetFilter() {
        return new TracedPacketFilter(this, host.packetFilter());
    }

    @Override
    public Processes processes() {
        Processes inner = host.processes();
        return new Processes() {
            @Override
            public ProcessIdentity launch(LaunchSpec spec) {
                return call("processes.launch", spec.disk(), () -> inner.launch(spec));
            }

            @Override
            public ProcessIdentity launch(ServiceSpec spec) {
                return call("processes.launch", spec.log(), () -> inner.launch(spec));
            }

            @Override
            public boolean alive(ProcessIdentity identity) {
                return call("processes.alive", "", () -> inner.alive(identity));
            }

            @Override
            public Set<ProcessIdentity> aliveAmong(Collection<ProcessIdentity> identities) {
                return call("processes.aliveAmong", identities.size(), () -> inner.aliveAmong(identities));
            }

            @Override
            public Optional<ProcessIdentity> identify(long pid) {
                return call("processes.identify", "", () -> inner.identify(pid));
            }

            @Override
            public Optional<LinkTraffic> traffic(ProcessIdentity identity, String link) {
                return call("processes.traffic", link, () -> inner.traffic(identity, link));
            }

            @Override
            public void signal(ProcessIdentity identity, Signal signal) {
                run("processes.signal", signal, () -> inner.signal(identity, signal));
            }

            @Override
            public ExitWatch watch(ProcessIdentity identity, Consumer<ProcessExit> onExit) {
                return call("processes.watch", "", () -> inner.watch(identity, onExit));
            }
        };
    }

    @Override
    public Sockets sockets() {
        Sockets inner = host.sockets();
        return new Sockets() {
            @Override
            public String converse(String namespace, String name, String said, String awaited) {
                return call(
                        "sockets.converse",
                        within(Optional.of(namespace), name),
                        () -> inner.converse(namespace, name, said, awaited));
            }

            @Override
            public Optional<byte[]> exchange(Path socket, byte[] said, Predicate<byte[]> isWhole, Duration patience) {
                return call("sockets.exchange", socket, () -> inner.exchange(socket, said, isWhole, patience));
            }
        };
    }

    @Override
    public Ports ports() {
        Ports inner = host.ports();
        return new Ports() {
            @Override
            public List<PortHolder> holders(Transport transport, int port) {
                return call("ports.holders", transport + " " + port, () -> inner.holders(transport, port));
            }

            @Override
            public boolean isOfHost(InetAddress address) {
                return call("ports.isOfHost", address, () -> inner.isOfHost(address));
            }
        };
    }

    @Override
    public Sysctls sysctls() {
        Sysctls inner = host.sysctls();
        return new Sysctls() {
            @Override
            public Optional<String> read(String key) {
                return call("sysctls.read", key, () -> inner.read(key));
            }

            @Override
            public void write(String key, String value) {
                run("sysctls.write", key, () -> inner.write(key, value));
            }
        };
    }

    private final class TracedFiles implements Files {
        private final Files inner;

        TracedFiles(Files inner) {
            this.inner = inner;
        }

        @Override
        public boolean directoryExists(Path directory) {
            return call("files.directoryExists", directory, () -> inner.directoryExists(directory));
        }

        @Override
        public void ensureDirectory(Path directory, int mode, long ownerUid) {
            run("files.ensureDirectory", directory, () -> inner.ensureDirectory(directory, mode, ownerUid));
        }

        @Override
        public List<String> list(Path directory) {
            return call("files.list", directory, () -> inner.list(directory));
        }

        @Override
        public Map<String, byte[]> readInEach(Path directory, String name) {
            return call("files.readInEach", directory, () -> inner.readInEach(directory, name));
        }

        @Override
        public Set<String> thoseWith(Path directory, String name) {
            return call("files.thoseWith", directory, () -> inner.thoseWith(directory, name));
        }

        @Override
        public void makeDirectories(Path directory) {
            run("files.makeDirectories", directory, () -> inner.makeDirectories(directory));
        }

        @Override
        public void makeEmpty(Path file, int mode, long ownerUid) {
            run("files.makeEmpty", file, () -> inner.makeEmpty(file, mode, ownerUid));
        }

        @Override
        public boolean link(Path file, Path name) {
            return call("files.link", name, () -> inner.link(file, name));
        }

        @Override
        public void deleteTree(Path path) {
            run("files.deleteTree", path, () -> inner.deleteTree(path));
        }

        @Override
        public Optional<byte[]> read(Path file) {
            return call("files.read", file, () -> inner.read(file));
        }

        @Override
        public byte[] readFrom(Path file, long offset, int mostBytes) {
            return call("files.readFrom", file, () -> inner.readFrom(file, offset, mostBytes));
        }

        @Override
        public void writeAtomically(Path file, byte[] content, int mode, long ownerUid) {
            run("files.writeAtomically", file, () -> inner.writeAtomically(file, content, mode, ownerUid));
        }

        @Override
        public void delete(Path file) {
            run("files.delete", file, () -> inner.delete(file));
        }
    }
}
