package io.sistemo.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** nftables of the kernel: tables are looked up over netlink, rulesets applied by {@code nft}. */
final class LinuxPacketFilter implements PacketFilter {
    private final Programs programs;
    private final Namespaces namespaces;

    LinuxPacketFilter(Programs programs, Namespaces namespaces) {
        this.programs = programs;
        this.namespaces = namespaces;
    }

    @Override
    public void apply(Optional<String> namespace, String ruleset) {
        ProgramResult result = programs.run(nft(namespace, "-f", "-").withInput(ruleset));
        if (result.exitCode() != 0) {
            // The first line says what is wrong; the ones after it quote the ruleset.
            String reason = result.errors().lines().findFirst().orElse("exit code " + result.exitCode());
            throw new HostException("the nftables ruleset was refused: " + reason);
        }
    }

    @Override
    public Optional<TableFacts> findTable(Optional<String> namespace, String family, String name) {
        return InNamespace.call(namespace, () -> TableMessages.find(family, name));
    }

    @Override
    public Optional<String> fingerprint(String family, String name) {
        return InNamespace.call(Optional.empty(), () -> TableContents.fingerprint(family, name));
    }

    @Override
    public Watch watch(Runnable onChange) {
        return FilterChanges.watch(onChange);
    }

    @Override
    public void deleteTable(Optional<String> namespace, String family, String name) {
        if (namespace.isPresent() && !namespaces.exists(namespace.get())) {
            return;
        }
        if (findTable(namespace, family, name).isEmpty()) {
            return;
        }
        ProgramCall call = nft(namespace, "delete", "table", family, name);
        ProgramResult result = programs.run(call);
        if (result.exitCode() != 0 && findTable(namespace, family, name).isPresent()) {
            throw new ProgramFailed(call, result);
        }
    }

    private static ProgramCall nft(Optional<String> namespace, String... arguments) {
        List<String> command = new ArrayList<>();
        namespace.ifPresent(
                name -> command.addAll(List.of("nsenter", "--net=" + InNamespace.DIRECTORY.resolve(name), "--")));
        command.add("nft");
        command.addAll(List.of(arguments));
        return ProgramCall.of(command);
    }
}
