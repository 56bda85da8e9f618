package io.sistemo.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Network links of the kernel: read and deleted over netlink, made and changed by {@code ip}. */
final class LinuxLinks implements Links {
    private final Programs programs;
    private final Namespaces namespaces;

    LinuxLinks(Programs programs, Namespaces namespaces) {
        this.programs = programs;
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
        ProgramResult result = programs.run(batch(namespace, LinkBatch.render(commands)));
        if (result.exitCode() != 0) {
            // Something of it may be there already: look, and do the rest. A second failure is a real one.
            ProgramCall rest = batch(namespace, renderRest(list(namespace), commands));
            programs.require(rest);
        }
    }

    private static ProgramCall batch(Optional<String> namespace, String lines) {
        List<String> command = new ArrayList<>(List.of("ip"));
        namespace.ifPresent(name -> command.addAll(List.of("-n", name)));
        command.addAll(List.of("-batch", "-"));
        return ProgramCall.of(command).withInput(lines);
    }

    private static String renderRest(List<LinkFacts> links, List<LinkCommand> commands) {
        Map<String, LinkFacts> present = new HashMap<>();
        links.forEach(link -> present.put(link.name(), link));
        StringBuilder lines = new StringBuilder();
        for (LinkCommand command : commands) {
            boolean isThere = switch (command) {
                case LinkCommand.AddBridge bridge ->
                    isOurs(present.get(bridge.name()), "bridge", Optional.of(bridge.alias()));
                case LinkCommand.AddVeth veth -> isOurs(present.get(veth.name()), "veth", Optional.of(veth.alias()));
                case LinkCommand.AddTap tap -> isOurs(present.get(tap.name()), "tun", Optional.empty());
                case LinkCommand.SetMaster _, LinkCommand.SetUp _, LinkCommand.SetMac _, LinkCommand.AddAddress _ ->
                    true;
            };
            lines.append(isThere ? LinkBatch.renderPresent(command) : LinkBatch.render(List.of(command)));
        }
        return lines.toString();
    }

    private static boolean isOurs(
            @org.jspecify.annotations.Nullable LinkFacts present, String kind, Optional<String> alias) {
        if (present == null) {
            return false;
        }
        boolean foreignAlias = present.alias().isPresent() && !present.alias().equals(alias);
        if (!present.kind().equals(kind) || foreignAlias) {
            throw new HostException("the link " + present.name() + " exists already and is not ours: kind "
                    + present.kind() + ", alias " + present.alias().orElse("none"));
        }
        return true;
    }
}
