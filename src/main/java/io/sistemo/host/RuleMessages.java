package io.sistemo.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Netlink messages about chains and rules of nftables, of the calling thread's network namespace, whoever made them. Numbers: the
 * kernel's {@code linux/netfilter/nfnetlink.h}, {@code nf_tables.h} and {@code nf_tables_compat.h}; numbers in attributes are in
 * network byte order.
 */
final class RuleMessages {
    private static final int NFTABLES = 10 << 8;
    private static final int GET_CHAIN = NFTABLES | 4;
    private static final int GET_RULE = NFTABLES | 7;
    private static final int HEAD_BYTES = 4;
    private static final int ATTRIBUTE_HEAD_BYTES = 4;

    private static final int CHAIN_TABLE = 1;
    private static final int CHAIN_NAME = 3;
    private static final int CHAIN_HOOK = 4;
    private static final int CHAIN_POLICY = 5;
    private static final int HOOK_NUMBER = 1;
    private static final int HOOK_PRIORITY = 2;
    private static final int POLICY_DROP = 0;

    private static final int RULE_TABLE = 1;
    private static final int RULE_CHAIN = 2;
    private static final int RULE_HANDLE = 3;
    private static final int RULE_EXPRESSIONS = 4;
    private static final int RULE_USER_DATA = 7;
    private static final int EXPRESSION_NAME = 1;
    private static final int EXPRESSION_DATA = 2;
    private static final int MATCH_NAME = 1;
    private static final int MATCH_INFORMATION = 3;
    /** Longer names do not exist, and in rules all have this length. */
    private static final int LINK_NAME_BYTES = 16;

    private RuleMessages() {}

    /** As {@link PacketFilter#chains} says. */
    static List<ChainFacts> chains() {
        List<ChainFacts> chains = new ArrayList<>();
        try (Netlink netlink = Netlink.open(Netlink.NETFILTER)) {
            // Of family 0: of all families, each told by the first byte of its message.
            for (ByteBuffer message : netlink.dump(GET_CHAIN, new byte[HEAD_BYTES], "cannot list nftables' chains")) {
                chain(message).ifPresent(chains::add);
            }
        }
        return chains;
    }

    private static Optional<ChainFacts> chain(ByteBuffer message) {
        NetlinkAttributes attributes = NetlinkAttributes.parse(message, HEAD_BYTES);
        Optional<NetlinkAttributes> called = attributes.nested(CHAIN_HOOK);
        Optional<ChainFacts.Hook> hook =
                called.flatMap(of -> number(of, HOOK_NUMBER)).map(number -> hook(message.get(0), number));
        int priority = called.flatMap(of -> number(of, HOOK_PRIORITY)).orElse(0);
        boolean drops = number(attributes, CHAIN_POLICY)
                .filter(policy -> policy == POLICY_DROP)
                .isPresent();
        return TableMessages.familyName(message.get(0))
                .map(family -> new ChainFacts(
                        family,
                        attributes.text(CHAIN_TABLE).orElse(""),
                        attributes.text(CHAIN_NAME).orElse(""),
                        hook,
                        priority,
                        drops));
    }

    /** {@code NF_INET_*} of {@code linux/netfilter.h}; other families count otherwise. */
    private static ChainFacts.Hook hook(byte family, int number) {
        boolean isInternet = family == TableMessages.familyNumber("ip")
                || family == TableMessages.familyNumber("ip6")
                || family == TableMessages.familyNumber("inet");
        return switch (isInternet ? number : -1) {
            case 0 -> ChainFacts.Hook.PREROUTING;
            case 1 -> ChainFacts.Hook.INPUT;
            case 2 -> ChainFacts.Hook.FORWARD;
            case 3 -> ChainFacts.Hook.OUTPUT;
            case 4 -> ChainFacts.Hook.POSTROUTING;
            default -> ChainFacts.Hook.ANOTHER;
        };
    }

    private static Optional<Integer> number(NetlinkAttributes attributes, int type) {
        return attributes
                .bytes(type)
                .map(value -> value.order(ByteOrder.BIG_ENDIAN).getInt());
    }

    /** By what numbers the rules of a chain are known that bear a comment. */
    static List<Long> handles(String family, String table, String chain, String comment) {
        return rulesOf(family, table, chain).stream()
                .filter(rule -> comment(rule).equals(comment))
                .flatMap(rule -> rule.bytes(RULE_HANDLE).stream())
                .map(value -> value.order(ByteOrder.BIG_ENDIAN).getLong())
                .toList();
    }

    /** What the rules of a chain bear as comments, in their order; empty words for those that bear none. */
    static List<String> comments(String family, String table, String chain) {
        return rulesOf(family, table, chain).stream().map(RuleMessages::comment).toList();
    }

    /** A kernel that does not know to tell of one chain tells of all. */
    private static List<NetlinkAttributes> rulesOf(String family, String table, String chain) {
        return rules(family, table, Optional.of(chain)).stream()
                .map(message -> NetlinkAttributes.parse(message, HEAD_BYTES))
                .filter(rule -> rule.text(RULE_CHAIN).equals(Optional.of(chain)))
                .toList();
    }

    /** As {@link PacketFilter#namesLink} says. */
    static boolean namesLink(String family, String table, String link) {
        byte[] name = new byte[LINK_NAME_BYTES];
        byte[] text = link.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, name, 0, Math.min(text.length, name.length));
        return rules(family, table, Optional.empty()).stream().anyMatch(rule -> contains(rule, name));
    }

    private static List<ByteBuffer> rules(String family, String table, Optional<String> chain) {
        byte[] head = {TableMessages.familyNumber(family), 0, 0, 0};
        byte[] ofTable = NetlinkAttributes.withString(head, RULE_TABLE, table);
        byte[] asked = chain.map(name -> NetlinkAttributes.withString(ofTable, RULE_CHAIN, name))
                .orElse(ofTable);
        try (Netlink netlink = Netlink.open(Netlink.NETFILTER)) {
            return netlink.dump(GET_RULE, asked, "cannot list the rules of the nftables table " + family + " " + table);
        }
    }

    /** As nft keeps it, beside the rule, or as iptables does, in an expression that always matches. */
    private static String comment(NetlinkAttributes rule) {
        return rule.bytes(RULE_USER_DATA)
                .map(TableComment::parse)
                .filter(text -> !text.isEmpty())
                .or(() -> rule.bytes(RULE_EXPRESSIONS).flatMap(RuleMessages::commentAmong))
                .orElse("");
    }

    private static Optional<String> commentAmong(ByteBuffer expressions) {
        int at = 0;
        while (expressions.limit() - at >= ATTRIBUTE_HEAD_BYTES) {
            int length = Short.toUnsignedInt(expressions.getShort(at));
            if (length < ATTRIBUTE_HEAD_BYTES || length > expressions.limit() - at) {
                throw new HostException("nftables told a broken rule");
            }
            ByteBuffer value = expressions
                    .slice(at + ATTRIBUTE_HEAD_BYTES, length - ATTRIBUTE_HEAD_BYTES)
                    .order(ByteOrder.nativeOrder());
            NetlinkAttributes expression = NetlinkAttributes.parse(value);
            if (expression.text(EXPRESSION_NAME).equals(Optional.of("match"))) {
                Optional<NetlinkAttributes> match = expression.nested(EXPRESSION_DATA);
                if (match.flatMap(of -> of.text(MATCH_NAME)).equals(Optional.of("comment"))) {
                    return match.flatMap(of -> of.text(MATCH_INFORMATION));
                }
            }
            at += NetlinkAttributes.aligned(length);
        }
        return Optional.empty();
    }

    private static boolean contains(ByteBuffer message, byte[] wanted) {
        for (int at = HEAD_BYTES; at <= message.limit() - wanted.length; at++) {
            if (message.slice(at, wanted.length).equals(ByteBuffer.wrap(wanted))) {
                return true;
            }
        }
        return false;
    }
}
