package io.sistemo.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * nftables of the kernel: tables are looked up over netlink, rulesets applied by {@code nft}, rules in
 * chains of iptables by {@code iptables-nft}.
 */
final class LinuxPacketFilter implements PacketFilter {
    /** The one that keeps its rules in nftables, where the chains were seen; {@code iptables} may be the older one. */
    private static final String IPTABLES = "iptables-nft";

    private static final Path OLD_TABLES = Path.of("/proc/net/ip_tables_names");

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

    @Override
    public List<ChainFacts> chains() {
        return InNamespace.call(Optional.empty(), RuleMessages::chains);
    }

    @Override
    public boolean hasRule(ChainFacts chain, String comment) {
        return !handles(chain.family(), chain.table(), chain.name(), comment).isEmpty();
    }

    private static List<Long> handles(String family, String table, String chain, String comment) {
        return InNamespace.call(
                Optional.empty(),
                () -> TableMessages.find(family, table).isPresent()
                        ? RuleMessages.handles(family, table, chain, comment)
                        : List.of());
    }

    @Override
    public boolean endsWithRule(ChainFacts chain, String comment, String prefix) {
        List<String> comments = InNamespace.call(
                Optional.empty(),
                () -> TableMessages.find(chain.family(), chain.table()).isPresent()
                        ? RuleMessages.comments(chain.family(), chain.table(), chain.name())
                        : List.of());
        int at = comments.lastIndexOf(comment);
        return at >= 0 && comments.subList(at, comments.size()).stream().allMatch(behind -> behind.startsWith(prefix));
    }

    @Override
    public boolean namesLink(String family, String table, String link) {
        return InNamespace.call(
                Optional.empty(),
                () -> TableMessages.find(family, table).isPresent() && RuleMessages.namesLink(family, table, link));
    }

    @Override
    public void append(AcceptRule rule) {
        List<String> command = new ArrayList<>(List.of(IPTABLES, "-t", AcceptRule.TABLE, "-A", rule.chain()));
        command.addAll(rule.arguments());
        programs.require(ProgramCall.of(command));
    }

    @Override
    public void remove(AcceptRule rule) {
        String chain = rule.chain();
        String refusal = "";
        for (long handle : handles(AcceptRule.FAMILY, AcceptRule.TABLE, chain, rule.comment())) {
            ProgramResult result = programs.run(nft(
                    Optional.empty(),
                    "delete",
                    "rule",
                    AcceptRule.FAMILY,
                    AcceptRule.TABLE,
                    chain,
                    "handle",
                    Long.toString(handle)));
            if (result.exitCode() != 0) {
                refusal = ": " + result.errors().lines().findFirst().orElse("exit code " + result.exitCode());
            }
        }
        if (!handles(AcceptRule.FAMILY, AcceptRule.TABLE, chain, rule.comment()).isEmpty()) {
            throw new HostException("nft does not take away the rule in the chain " + chain + refusal);
        }
    }

    /** The program makes the table when there is none, so it is not asked before the kernel says that there is one. */
    @Override
    public List<String> oldRules() {
        try {
            if (!java.nio.file.Files.exists(OLD_TABLES)
                    || !java.nio.file.Files.readAllLines(OLD_TABLES).contains(AcceptRule.TABLE)) {
                return List.of();
            }
        } catch (IOException e) {
            throw new HostException("cannot read " + OLD_TABLES, e);
        }
        return programs.require(ProgramCall.of(List.of("iptables-legacy", "-S")))
                .output()
                .lines()
                .toList();
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
