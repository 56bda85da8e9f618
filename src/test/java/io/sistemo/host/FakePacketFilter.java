package io.sistemo.host;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** nftables in memory: knows tables and their comments, and keeps the rest as text. */
final class FakePacketFilter implements PacketFilter {
    private static final Pattern STATEMENT = Pattern.compile(
            "\\s*(delete\\s+)?(?:add\\s+)?table\\s+(ip|ip6|inet|arp|bridge|netdev)\\s+(\\w+)\\s*(\\{)?[;\\n]?\\s*");
    private static final Pattern CHAIN = Pattern.compile("chain\\s+([\\w-]+)\\s*\\{"
            + "(?:\\s*type\\s+\\w+\\s+hook\\s+(\\w+)\\s+priority\\s+([^;]+);(?:\\s*policy\\s+(\\w+)\\s*;)?)?([^}]*)");
    private static final Pattern PRIORITY = Pattern.compile("([a-z]*)\\s*([+-]?\\s*\\d*)");
    private static final Map<String, Integer> PRIORITIES =
            Map.of("raw", -300, "mangle", -150, "dstnat", -100, "filter", 0, "security", 50, "srcnat", 100);
    private static final Pattern COMMENT = Pattern.compile("\\s*comment\\s+\"([^\"]*)\"");

    private final FakeState state;

    FakePacketFilter(FakeState state) {
        this.state = state;
    }

    @Override
    public void apply(Optional<String> namespace, String ruleset) {
        synchronized (state) {
            FakeState.Namespace target = state.namespace(namespace);
            Map<String, FakeState.Table> tables = new TreeMap<>(target.tables);
            int at = 0;
            while (at < ruleset.length()) {
                at = applyOne(tables, ruleset, at);
            }
            target.tables.clear();
            target.tables.putAll(tables);
            tell(namespace);
        }
    }

    private int applyOne(Map<String, FakeState.Table> tables, String ruleset, int start) {
        Matcher statement = STATEMENT.matcher(ruleset).region(start, ruleset.length());
        if (!statement.lookingAt()) {
            throw new HostException("nft ended with exit code 1: syntax error near: " + ruleset.substring(start));
        }
        String table = statement.group(2) + " " + statement.group(3);
        if (statement.group(1) != null) {
            if (tables.remove(table) == null) {
                throw new HostException("nft ended with exit code 1: no such table " + table);
            }
            forget(table);
            return statement.end();
        }
        if (statement.group(4) == null) {
            tables.putIfAbsent(table, new FakeState.Table("", ""));
            return statement.end();
        }
        int end = closingBrace(ruleset, statement.end(4));
        String body = ruleset.substring(statement.end(4), end);
        Matcher comment = COMMENT.matcher(body);
        FakeState.Table present = tables.get(table);
        String text = present == null ? body : present.text() + body;
        String kept = present == null ? (comment.lookingAt() ? comment.group(1) : "") : present.comment();
        tables.put(table, new FakeState.Table(kept, text));
        String rest = ruleset.substring(end + 1);
        return ruleset.length() - rest.stripLeading().length();
    }

    private static int closingBrace(String ruleset, int start) {
        int depth = 1;
        for (int at = start; at < ruleset.length(); at++) {
            depth += ruleset.charAt(at) == '{' ? 1 : ruleset.charAt(at) == '}' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
        throw new HostException("nft ended with exit code 1: syntax error, unexpected end of file");
    }

    @Override
    public Optional<TableFacts> findTable(Optional<String> namespace, String family, String name) {
        synchronized (state) {
            FakeState.Table table = state.namespace(namespace).tables.get(family + " " + name);
            return Optional.ofNullable(table).map(present -> new TableFacts(present.comment()));
        }
    }

    @Override
    public Optional<String> fingerprint(String family, String name) {
        synchronized (state) {
            return Optional.ofNullable(state.namespace(Optional.empty()).tables.get(family + " " + name))
                    .map(table -> Integer.toHexString(table.hashCode()));
        }
    }

    @Override
    public Watch watch(Runnable onChange) {
        synchronized (state) {
            state.filterWatches.add(onChange);
        }
        return () -> {
            synchronized (state) {
                state.filterWatches.remove(onChange);
            }
        };
    }

    /** As the kernel does, which tells changes of the host's own tables only. */
    private void tell(Optional<String> namespace) {
        if (namespace.isEmpty()) {
            state.filterWatches.forEach(watch -> Thread.ofVirtual().start(watch));
        }
    }

    @Override
    public void deleteTable(Optional<String> namespace, String family, String name) {
        synchronized (state) {
            String at = namespace.orElse(FakeState.HOST_NAMESPACE);
            if (state.namespaces.containsKey(at)) {
                state.namespace(at).tables.remove(family + " " + name);
                namespace.ifPresentOrElse(_ -> {}, () -> forget(family + " " + name));
                tell(namespace);
            }
        }
    }

    /** With iptables' table go the rules in its chains. */
    private void forget(String table) {
        if (table.equals(AcceptRule.FAMILY + " " + AcceptRule.TABLE)) {
            state.acceptRules.clear();
        }
    }

    @Override
    public List<ChainFacts> chains() {
        synchronized (state) {
            Map<String, ChainFacts> chains = new TreeMap<>();
            state.namespace(Optional.empty()).tables.forEach((table, content) -> {
                Matcher chain = CHAIN.matcher(content.text());
                while (chain.find()) {
                    ChainFacts facts = facts(table, chain);
                    // One that is declared again without its hook keeps it.
                    chains.merge(
                            facts.fullName(),
                            facts,
                            (known, again) -> again.hook().isPresent() ? again : known);
                }
            });
            return List.copyOf(chains.values());
        }
    }

    private static ChainFacts facts(String table, Matcher chain) {
        int space = table.indexOf(' ');
        return new ChainFacts(
                table.substring(0, space),
                table.substring(space + 1),
                chain.group(1),
                Optional.ofNullable(chain.group(2)).map(hook -> ChainFacts.Hook.valueOf(hook.toUpperCase(Locale.ROOT))),
                priority(chain.group(3)),
                "drop".equals(chain.group(4)));
    }

    /** As nft(8) has it: a number, or a word that stands for one, with something added or taken away. */
    private static int priority(@Nullable String text) {
        Matcher words = PRIORITY.matcher(text == null ? "0" : text.strip());
        if (!words.matches()) {
            throw new HostException("nft ended with exit code 1: syntax error near: " + text);
        }
        int named = PRIORITIES.getOrDefault(words.group(1), 0);
        return words.group(2).isEmpty()
                ? named
                : named + Integer.parseInt(words.group(2).replace(" ", ""));
    }

    @Override
    public boolean endsWithRule(ChainFacts chain, String comment, String prefix) {
        synchronized (state) {
            List<AcceptRule> ours = state.acceptRules.stream()
                    .filter(rule -> isOfIptables(chain) && rule.chain().equals(chain.name()))
                    .toList();
            List<String> comments = ours.stream().map(AcceptRule::comment).toList();
            int at = comments.lastIndexOf(comment);
            return at >= 0
                    && comments.subList(at, comments.size()).stream().allMatch(behind -> behind.startsWith(prefix))
                    && rulesInText(chain.name()).equals(state.textBefore.get(ours.get(at)));
        }
    }

    /** The rules of a chain of iptables that were not appended by us. */
    private String rulesInText(String chain) {
        FakeState.Table table =
                state.namespace(Optional.empty()).tables.get(AcceptRule.FAMILY + " " + AcceptRule.TABLE);
        return table == null
                ? ""
                : CHAIN.matcher(table.text())
                        .results()
                        .filter(found -> found.group(1).equals(chain))
                        .map(found -> found.group(5))
                        .collect(Collectors.joining());
    }

    @Override
    public boolean hasRule(ChainFacts chain, String comment) {
        synchronized (state) {
            boolean isOfNft = state.namespace(Optional.empty()).tables.entrySet().stream()
                    .filter(table -> table.getKey().equals(chain.family() + " " + chain.table()))
                    .flatMap(table -> CHAIN.matcher(table.getValue().text()).results())
                    .anyMatch(found -> found.group(1).equals(chain.name())
                            && found.group(5).contains("comment \"" + comment + "\""));
            return isOfNft
                    || (isOfIptables(chain)
                            && state.acceptRules.stream()
                                    .anyMatch(rule -> rule.chain().equals(chain.name())
                                            && rule.comment().equals(comment)));
        }
    }

    private static boolean isOfIptables(ChainFacts chain) {
        return chain.family().equals(AcceptRule.FAMILY) && chain.table().equals(AcceptRule.TABLE);
    }

    @Override
    public boolean namesLink(String family, String table, String link) {
        synchronized (state) {
            FakeState.Table found = state.namespace(Optional.empty()).tables.get(family + " " + table);
            return found != null && found.text().contains("name \"" + link + "\"");
        }
    }

    @Override
    public void append(AcceptRule rule) {
        synchronized (state) {
            if (state.isWithoutIptables) {
                throw new HostException("cannot start iptables-nft: is it installed and in the path?");
            }
            if (chains().stream()
                    .noneMatch(chain -> isOfIptables(chain) && chain.name().equals(rule.chain()))) {
                throw new HostException("iptables-nft ended with exit code 1: No chain/target/match by that name.");
            }
            state.acceptRules.add(rule);
            state.textBefore.put(rule, rulesInText(rule.chain()));
            tell(Optional.empty());
        }
    }

    @Override
    public void remove(AcceptRule rule) {
        synchronized (state) {
            boolean isChanged = state.acceptRules.removeIf(known ->
                    known.chain().equals(rule.chain()) && known.comment().equals(rule.comment()));
            if (isChanged) {
                tell(Optional.empty());
            }
        }
    }

    @Override
    public List<String> oldRules() {
        return List.of();
    }
}
