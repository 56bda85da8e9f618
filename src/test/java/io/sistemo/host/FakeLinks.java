package io.sistemo.host;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Network links in memory. */
final class FakeLinks implements Links {
    private final FakeState state;
    private final CallListener listener;

    FakeLinks(FakeState state, CallListener listener) {
        this.state = state;
        this.listener = listener;
    }

    @Override
    public Optional<LinkFacts> find(Optional<String> namespace, String name) {
        synchronized (state) {
            return Optional.ofNullable(state.namespace(namespace).links.get(name));
        }
    }

    @Override
    public List<LinkFacts> list(Optional<String> namespace) {
        synchronized (state) {
            return List.copyOf(state.namespace(namespace).links.values());
        }
    }

    /** Loopback's, and those of addresses. */
    @Override
    public List<RouteFacts> routes() {
        synchronized (state) {
            return List.copyOf(state.routes);
        }
    }

    /** Each line of the batch is a step of its own; an alias has a line of its own. */
    @Override
    public void apply(Optional<String> namespace, List<LinkCommand> commands) {
        String at = namespace.orElse(FakeState.HOST_NAMESPACE);
        List<Runnable> lines =
                commands.stream().flatMap(command -> lines(at, command)).toList();
        for (int done = 0; done < lines.size(); done++) {
            if (done > 0) {
                listener.step("links.apply " + commands, done);
            }
            synchronized (state) {
                lines.get(done).run();
            }
        }
    }

    private Stream<Runnable> lines(String at, LinkCommand command) {
        return switch (command) {
            case LinkCommand.AddBridge bridge ->
                Stream.of(
                        () -> add(
                                state.namespace(at),
                                bridge.name(),
                                "bridge",
                                Optional.of(bridge.alias()),
                                bridge.mac()),
                        () -> setAlias(at, bridge.name(), bridge.alias()));
            case LinkCommand.AddVeth veth ->
                Stream.of(() -> addVeth(at, veth), () -> setAlias(at, veth.name(), veth.alias()));
            case LinkCommand.AddTap tap ->
                Stream.of(() -> add(state.namespace(at), tap.name(), "tun", Optional.empty(), Optional.empty()));
            case LinkCommand.SetMaster port ->
                Stream.of(() -> {
                    FakeState.Namespace namespace = state.namespace(at);
                    require(namespace, port.master());
                    LinkFacts link = require(namespace, port.name());
                    put(namespace, link, Optional.of(port.master()), link.up(), link.mac());
                });
            case LinkCommand.SetUp up ->
                Stream.of(() -> {
                    FakeState.Namespace namespace = state.namespace(at);
                    LinkFacts link = require(namespace, up.name());
                    put(namespace, link, link.master(), true, link.mac());
                });
            case LinkCommand.SetMac mac ->
                Stream.of(() -> {
                    FakeState.Namespace namespace = state.namespace(at);
                    LinkFacts link = require(namespace, mac.name());
                    put(namespace, link, link.master(), link.up(), mac.mac());
                });
            case LinkCommand.AddAddress address ->
                Stream.of(() -> {
                    require(state.namespace(at), address.name());
                    if (at.equals(FakeState.HOST_NAMESPACE)) {
                        state.addRoute(address.cidr(), address.name());
                    }
                });
        };
    }

    private void addVeth(String at, LinkCommand.AddVeth veth) {
        FakeState.Namespace namespace = state.namespace(at);
        FakeState.Namespace other = state.namespace(veth.peerNamespace());
        if (add(namespace, veth.name(), "veth", Optional.of(veth.alias()), Optional.empty())) {
            add(other, veth.peerName(), "veth", Optional.empty(), Optional.empty());
            namespace.peers.put(veth.name(), veth.peerNamespace() + "/" + veth.peerName());
            other.peers.put(veth.peerName(), at + "/" + veth.name());
        }
    }

    private void setAlias(String at, String name, String alias) {
        FakeState.Namespace namespace = state.namespace(at);
        LinkFacts link = require(namespace, name);
        namespace.links.put(
                name,
                new LinkFacts(
                        name, Optional.of(alias), link.kind(), link.master(), link.up(), link.carrier(), link.mac()));
    }

    /** Whether it was not there before. */
    private static boolean add(
            FakeState.Namespace namespace,
            String name,
            String kind,
            Optional<String> alias,
            Optional<String> wantedMac) {
        LinkFacts present = namespace.links.get(name);
        boolean foreign = present != null
                && (!present.kind().equals(kind)
                        || (present.alias().isPresent() && !present.alias().equals(alias)));
        if (foreign) {
            throw new HostException("the link " + name + " exists already and is not ours");
        }
        if (present == null) {
            String mac = wantedMac.orElse("02:00:00:00:00:%02x".formatted(namespace.links.size()));
            namespace.links.put(name, new LinkFacts(name, Optional.empty(), kind, Optional.empty(), false, false, mac));
        }
        return present == null;
    }

    private static LinkFacts require(FakeState.Namespace namespace, String name) {
        LinkFacts link = namespace.links.get(name);
        if (link == null) {
            throw new HostException("there is no link " + name);
        }
        return link;
    }

    private static void put(
            FakeState.Namespace namespace, LinkFacts link, Optional<String> master, boolean up, String mac) {
        namespace.links.put(
                link.name(), new LinkFacts(link.name(), link.alias(), link.kind(), master, up, link.carrier(), mac));
    }

    @Override
    public void delete(Optional<String> namespace, String name) {
        synchronized (state) {
            String at = namespace.orElse(FakeState.HOST_NAMESPACE);
            if (state.namespaces.containsKey(at)) {
                remove(state, at, name);
            }
        }
    }

    /** Removes a link, its other end, and what it was a bridge of. */
    static void remove(FakeState state, String at, String name) {
        FakeState.Namespace namespace = state.namespace(at);
        if (namespace.links.remove(name) == null) {
            return;
        }
        if (at.equals(FakeState.HOST_NAMESPACE)) {
            state.sysctls.keySet().removeIf(key -> FakeSysctls.isOf(name, key));
            state.routes.removeIf(route -> route.link().equals(name));
        }
        for (LinkFacts link : List.copyOf(namespace.links.values())) {
            if (link.master().equals(Optional.of(name))) {
                put(namespace, link, Optional.empty(), link.up(), link.mac());
            }
        }
        String peer = namespace.peers.remove(name);
        if (peer != null) {
            int slash = peer.indexOf('/');
            remove(state, peer.substring(0, slash), peer.substring(slash + 1));
        }
    }
}
