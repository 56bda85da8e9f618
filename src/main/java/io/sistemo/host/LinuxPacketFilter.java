package io.sistemo.host;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** nftables of the kernel: tables are looked up over netlink, rulesets applied by {@code nft}. */
final class LinuxPacketFilter implements PacketFilter {
    /** Subsystem nftables, message "get table": {@code linux/netfilter/nfnetlink.h} and {@code nf_tables.h}. */
    private static final int GET_TABLE = 10 << 8 | 1;

    private static final int TABLE_NAME = 1;
    private static final int TABLE_USER_DATA = 6;

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
        byte[] header = {familyNumber(family), 0, 0, 0};
        byte[] request = NetlinkAttributes.withString(header, TABLE_NAME, name);
        Netlink.Answer answer = InNamespace.call(namespace, () -> {
            try (Netlink netlink = Netlink.open(Netlink.NETFILTER)) {
                return netlink.ask(GET_TABLE, request);
            }
        });
        if (answer.errno() == Errno.ENOENT) {
            return Optional.empty();
        }
        if (answer.errno() != 0) {
            throw Errno.failure("cannot look at the nftables table " + family + " " + name, answer.errno());
        }
        ByteBuffer message = answer.messages().getFirst();
        NetlinkAttributes attributes = NetlinkAttributes.parse(message.position(header.length));
        return Optional.of(new TableFacts(
                attributes.bytes(TABLE_USER_DATA).map(TableComment::parse).orElse("")));
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

    /** {@code NFPROTO_*} of {@code linux/netfilter.h}. */
    private static byte familyNumber(String family) {
        return switch (family) {
            case "inet" -> 1;
            case "ip" -> 2;
            case "arp" -> 3;
            case "netdev" -> 5;
            case "bridge" -> 7;
            case "ip6" -> 10;
            default -> throw new IllegalArgumentException("not an nftables family: " + family);
        };
    }
}
