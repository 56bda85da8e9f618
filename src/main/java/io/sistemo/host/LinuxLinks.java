package io.sistemo.host;

import java.util.List;
import java.util.Optional;

/** Network links of the kernel, over netlink; only taps are made in another way. */
final class LinuxLinks implements Links {
    private final Namespaces namespaces;

    LinuxLinks(Namespaces namespaces) {
        this.namespaces = namespaces;
    }

    @Override
    public Optional<LinkFacts> find(Optional<String> namespace, String name) {
        return InNamespace.call(namespace, () -> LinkMessages.find(name));
    }

    @Override
    public List<LinkFacts> list(Optional<String> namespace) {
        return InNamespace.call(namespace, LinkMessages::list);
    }

    @Override
    public List<RouteFacts> routes() {
        return InNamespace.call(Optional.empty(), RouteMessages::list);
    }

    @Override
    public void delete(Optional<String> namespace, String name) {
        if (namespace.isEmpty() || namespaces.exists(namespace.get())) {
            InNamespace.call(namespace, () -> {
                LinkMessages.delete(name);
                return name;
            });
        }
    }

    @Override
    public void apply(Optional<String> namespace, List<LinkCommand> commands) {
        InNamespace.call(namespace, () -> {
            try (Netlink netlink = Netlink.open(Netlink.ROUTE)) {
                commands.forEach(new LinkChanges(netlink)::apply);
            }
            return commands;
        });
    }
}
