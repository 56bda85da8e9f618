package io.sistemo.host;

import static io.sistemo.host.ChainFacts.ofIptables;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the fake host and the real one have in common: namespaces, links, packet filter. */
abstract class NetworkContract {
    private static final Optional<String> HERE = Optional.empty();
    private static final String NAME = "sv-0c0ffee0";
    private static final Optional<String> INSIDE = Optional.of(NAME);
    private static final String ALIAS = "sistemo:0123456789ab";
    private static final List<LinkCommand> OUTSIDE_WIRING = List.of(
            new LinkCommand.AddVeth(NAME, "eth0", NAME, ALIAS),
            new LinkCommand.SetMaster(NAME, "contract0"),
            new LinkCommand.SetUp(NAME));
    private static final List<LinkCommand> INSIDE_WIRING = List.of(
            new LinkCommand.AddBridge("br0", ALIAS),
            new LinkCommand.AddTap("tap0", 1234),
            new LinkCommand.SetMaster("eth0", "br0"),
            new LinkCommand.SetMaster("tap0", "br0"),
            new LinkCommand.SetUp("eth0"),
            new LinkCommand.SetUp("tap0"),
            new LinkCommand.SetUp("br0"),
            new LinkCommand.SetUp("lo"));

    abstract Host host();

    /** Waits for what the kernel does a little later. */
    abstract void await(java.util.function.BooleanSupplier condition);

    @AfterEach
    void removeAll() {
        host().namespaces().delete(NAME);
        host().links().delete(HERE, NAME);
        host().links().delete(HERE, "contract0");
        host().packetFilter().deleteTable(HERE, "ip", "contract");
        host().packetFilter().deleteTable(HERE, "inet", "contract");
        host().packetFilter().deleteTable(HERE, AcceptRule.FAMILY, AcceptRule.TABLE);
    }

    private void addBridge() {
        host().links()
                .apply(
                        HERE,
                        List.of(
                                new LinkCommand.AddBridge("contract0", ALIAS),
                                new LinkCommand.AddAddress("contract0", "10.231.0.1/16"),
                                new LinkCommand.SetUp("contract0")));
    }

    @Test
    void anAddressIsAmongTheRoutesUntilItsLinkGoes() {
        List<RouteFacts> before = host().links().routes();
        assertThat(before).anySatisfy(route -> assertThat(route.address()).startsWith("127."));
        addBridge();
        assertThat(host().links().routes()).contains(new RouteFacts("10.231.0.1", 16, "contract0"));
        host().links().delete(HERE, "contract0");
        assertThat(host().links().routes()).isEqualTo(before);
    }

    @Test
    void aTableInWhichSomethingWasChangedHasAnotherFingerprint() {
        PacketFilter filter = host().packetFilter();
        assertThat(filter.fingerprint("ip", "contract")).isEmpty();
        String table = """
            table ip contract {
              comment "one"
              set ports { type inet_service; elements = { 80, 443 } }
              chain c { tcp dport @ports accept; }
            }
            """;
        filter.apply(HERE, table);
        Optional<String> whole = filter.fingerprint("ip", "contract");
        assertThat(whole).isPresent().isEqualTo(filter.fingerprint("ip", "contract"));
        filter.apply(HERE, "table ip contract {\n  chain c { udp dport 53 drop; }\n}\n");
        Optional<String> withARule = filter.fingerprint("ip", "contract");
        assertThat(withARule).isPresent().isNotEqualTo(whole);
        filter.apply(HERE, "table ip contract {\n  set ports { type inet_service; elements = { 8080 } }\n}\n");
        assertThat(filter.fingerprint("ip", "contract")).isPresent().isNotEqualTo(withARule);
        // The other one's changes are nothing to this one.
        filter.apply(HERE, "table ip contract_too {\n}\n");
        Optional<String> now = filter.fingerprint("ip", "contract");
        filter.deleteTable(HERE, "ip", "contract_too");
        assertThat(filter.fingerprint("ip", "contract")).isEqualTo(now);
    }

    private static ChainFacts chain(String name, ChainFacts.Hook hook, int priority, boolean drops) {
        return new ChainFacts("inet", "contract", name, Optional.of(hook), priority, drops);
    }

    @Test
    void chainsTellWhereTheyAreCalledAndWhatBecomesOfTheRest() {
        PacketFilter filter = host().packetFilter();
        List<ChainFacts> before = filter.chains();
        filter.apply(HERE, """
            table inet contract {
              chain in { type filter hook input priority filter; policy accept; }
              chain through { type filter hook forward priority filter - 1; policy drop; }
              chain out { type filter hook output priority 7; }
            }
            table ip contract {
              chain called-by_others { tcp dport 80 accept; }
            }
            """);
        assertThat(filter.chains())
                .containsAll(before)
                .hasSize(before.size() + 4)
                .contains(
                        chain("in", ChainFacts.Hook.INPUT, 0, false),
                        chain("through", ChainFacts.Hook.FORWARD, -1, true),
                        chain("out", ChainFacts.Hook.OUTPUT, 7, false),
                        new ChainFacts("ip", "contract", "called-by_others", Optional.empty(), 0, false));
    }

    @Test
    void aRuleIsPutIntoAChainOfIptablesAndTakenOut() {
        PacketFilter filter = host().packetFilter();
        AcceptRule rule = new AcceptRule("OTHERS", 0x1000_0000, ALIAS);
        assertThat(filter.hasRule(ofIptables("OTHERS"), ALIAS)).isFalse();
        assertThatThrownBy(() -> filter.append(rule)).isInstanceOf(HostException.class);
        filter.remove(rule);
        filter.apply(HERE, """
            table ip filter {
              chain FORWARD { type filter hook forward priority filter; policy drop; }
              chain OTHERS { tcp dport 80 accept; }
            }
            """);
        List<ChainFacts> chains = filter.chains();
        Optional<String> before = filter.fingerprint("ip", "filter");
        filter.append(rule);
        assertThat(filter.hasRule(ofIptables("OTHERS"), ALIAS)).isTrue();
        assertThat(filter.hasRule(ofIptables("OTHERS"), "sistemo:another")).isFalse();
        assertThat(filter.hasRule(ofIptables("FORWARD"), ALIAS)).isFalse();
        assertThat(filter.chains()).as("iptables makes none").isEqualTo(chains);
        filter.remove(rule);
        filter.remove(rule);
        assertThat(filter.hasRule(ofIptables("OTHERS"), ALIAS)).isFalse();
        assertThat(filter.fingerprint("ip", "filter")).isEqualTo(before);
        filter.append(rule);
        filter.deleteTable(HERE, "ip", "filter");
        assertThat(filter.hasRule(ofIptables("OTHERS"), ALIAS)).isFalse();
        filter.remove(rule);
    }

    @Test
    void aRuleIsTheLastOneButForThoseOfItsSort() {
        PacketFilter filter = host().packetFilter();
        ChainFacts chain = ofIptables("OTHERS");
        AcceptRule rule = new AcceptRule("OTHERS", 0x1000_0000, ALIAS);
        assertThat(filter.endsWithRule(chain, ALIAS, "sistemo:")).isFalse();
        filter.apply(HERE, "table ip filter {\n  chain OTHERS { tcp dport 80 accept; }\n}\n");
        filter.append(rule);
        filter.append(new AcceptRule("OTHERS", 0x1000_0000, "sistemo:another"));
        assertThat(filter.endsWithRule(chain, ALIAS, "sistemo:")).isTrue();
        assertThat(filter.endsWithRule(chain, ALIAS, "sistemo:0")).isFalse();
        filter.apply(HERE, "table ip filter {\n  chain OTHERS { tcp dport 22 drop; }\n}\n");
        assertThat(filter.endsWithRule(chain, ALIAS, "sistemo:")).isFalse();
        filter.remove(rule);
        filter.append(rule);
        assertThat(filter.endsWithRule(chain, ALIAS, "sistemo:")).isTrue();
        filter.deleteTable(HERE, "ip", "filter");
    }

    @Test
    void aRuleIsKnownByItsCommentAndALinkByItsName() {
        PacketFilter filter = host().packetFilter();
        filter.apply(
                HERE,
                "table inet contract {\n  chain c { iifname \"contract0\" accept comment \"" + ALIAS + "\"; }\n}\n");
        ChainFacts chain = new ChainFacts("inet", "contract", "c", Optional.empty(), 0, false);
        assertThat(filter.hasRule(chain, ALIAS)).isTrue();
        assertThat(filter.hasRule(chain, "sistemo:another")).isFalse();
        assertThat(filter.namesLink("inet", "contract", "contract0")).isTrue();
        assertThat(filter.namesLink("inet", "contract", "contract")).isFalse();
        assertThat(filter.namesLink("ip", "contract", "contract0")).isFalse();
    }

    @Test
    void changesAreHeardUntilNobodyListens() {
        PacketFilter filter = host().packetFilter();
        AtomicInteger heard = new AtomicInteger();
        try (PacketFilter.Watch _ = filter.watch(heard::incrementAndGet)) {
            filter.apply(HERE, "table ip contract {\n}\n");
            await(() -> heard.get() > 0);
            int before = heard.get();
            filter.deleteTable(HERE, "ip", "contract");
            await(() -> heard.get() > before);
        }
    }

    @Test
    void aBridgeIsMadeWithAnAddressAndKeepsIt() {
        for (String mac : List.of("02:00:0a:e7:00:01", "02:00:0a:e7:00:02")) {
            host().links().apply(HERE, List.of(new LinkCommand.AddBridge("contract0", ALIAS, Optional.of(mac))));
            assertThat(host().links().find(HERE, "contract0").orElseThrow().mac())
                    .isEqualTo("02:00:0a:e7:00:01");
        }
    }

    @Test
    void aNamespaceIsMadeOnceAndDeletedOnce() {
        Namespaces namespaces = host().namespaces();
        assertThat(namespaces.exists(NAME)).isFalse();
        namespaces.add(NAME);
        namespaces.add(NAME);
        assertThat(namespaces.exists(NAME)).isTrue();
        assertThat(namespaces.list()).contains(NAME);
        namespaces.delete(NAME);
        namespaces.delete(NAME);
        assertThat(namespaces.exists(NAME)).isFalse();
        assertThat(namespaces.list()).doesNotContain(NAME);
        namespaces.add(NAME);
        assertThat(host().links().find(INSIDE, "lo")).get().satisfies(lo -> {
            assertThat(lo.up()).isFalse();
            assertThat(lo.alias()).isEmpty();
        });
        assertThat(host().links().list(INSIDE)).extracting(LinkFacts::name).doesNotContain("contract0");
    }

    @Test
    void aMachineIsWiredTwiceWithTheSameResult() {
        Links links = host().links();
        host().namespaces().add(NAME);
        for (int times = 0; times < 2; times++) {
            addBridge();
            links.apply(HERE, OUTSIDE_WIRING);
            links.apply(INSIDE, INSIDE_WIRING);
        }
        LinkFacts veth = links.find(HERE, NAME).orElseThrow();
        assertThat(veth.alias()).contains(ALIAS);
        assertThat(veth.kind()).isEqualTo("veth");
        assertThat(veth.master()).contains("contract0");
        assertThat(veth.up()).isTrue();
        assertThat(veth.mac()).matches("([0-9a-f]{2}:){5}[0-9a-f]{2}");
        assertThat(links.find(HERE, "contract0")).get().satisfies(bridge -> {
            assertThat(bridge.kind()).isEqualTo("bridge");
            assertThat(bridge.alias()).contains(ALIAS);
            assertThat(bridge.master()).isEmpty();
        });
        assertThat(links.find(INSIDE, "tap0")).get().satisfies(tap -> {
            assertThat(tap.kind()).isEqualTo("tun");
            assertThat(tap.alias()).isEmpty();
            assertThat(tap.master()).contains("br0");
            assertThat(tap.up()).isTrue();
        });
        assertThat(links.list(INSIDE)).extracting(LinkFacts::name).contains("lo", "eth0", "br0", "tap0");
        assertThat(links.list(HERE)).contains(veth);
    }

    @Test
    void aBatchThatStopsInTheMiddleLeavesWhatWasDoneAndCanBeFinished() {
        Links links = host().links();
        host().namespaces().add(NAME);
        assertThatThrownBy(() -> links.apply(HERE, OUTSIDE_WIRING)).isInstanceOf(HostException.class);
        assertThat(links.find(HERE, NAME).orElseThrow().master()).isEmpty();
        addBridge();
        links.apply(HERE, OUTSIDE_WIRING);
        assertThat(links.find(HERE, NAME).orElseThrow().master()).contains("contract0");
    }

    @Test
    void anotherOnesLinkIsNotTaken() {
        Links links = host().links();
        addBridge();
        assertThatThrownBy(() -> links.apply(HERE, List.of(new LinkCommand.AddBridge("contract0", "sistemo:other"))))
                .isInstanceOf(HostException.class);
        assertThat(links.find(HERE, "contract0").orElseThrow().alias()).contains(ALIAS);
        assertThatThrownBy(() -> links.apply(HERE, List.of(new LinkCommand.AddTap("contract0", 1))))
                .isInstanceOf(HostException.class);
    }

    @Test
    void aLinkCanHaveAnotherAddress() {
        addBridge();
        host().links().apply(HERE, List.of(new LinkCommand.SetMac("contract0", "52:54:0a:c8:00:02")));
        assertThat(host().links().find(HERE, "contract0").orElseThrow().mac()).isEqualTo("52:54:0a:c8:00:02");
    }

    @Test
    void aLinkIsDeletedWithItsPeer() {
        addBridge();
        host().namespaces().add(NAME);
        host().links().apply(HERE, OUTSIDE_WIRING);
        host().links().delete(HERE, NAME);
        host().links().delete(HERE, NAME);
        assertThat(host().links().find(HERE, NAME)).isEmpty();
        await(() -> host().links().find(INSIDE, "eth0").isEmpty());
    }

    @Test
    void aNamespaceTakesItsLinksAlong() {
        addBridge();
        host().namespaces().add(NAME);
        host().links().apply(HERE, OUTSIDE_WIRING);
        host().namespaces().delete(NAME);
        await(() -> host().links().find(HERE, NAME).isEmpty());
    }

    @Test
    void whatIsInNoNamespaceCannotBeAskedButIsGone() {
        Host host = host();
        assertThatThrownBy(() -> host.links().find(INSIDE, "eth0")).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> host.links().list(INSIDE)).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> host.links().apply(INSIDE, INSIDE_WIRING)).isInstanceOf(HostException.class);
        assertThatThrownBy(() -> host.packetFilter().findTable(INSIDE, "ip", "contract"))
                .isInstanceOf(HostException.class);
        assertThatThrownBy(() -> host.packetFilter().apply(INSIDE, "table ip contract {\n}\n"))
                .isInstanceOf(HostException.class);
        host.links().delete(INSIDE, "eth0");
        host.packetFilter().deleteTable(INSIDE, "ip", "contract");
    }

    private static String ruleset(String comment) {
        return """
            table ip contract
            delete table ip contract
            table ip contract {
              comment "%s"
              set nets { type ipv4_addr; flags interval; elements = { 10.200.0.0/16 } }
              chain c { type filter hook input priority 0; ip saddr @nets drop; }
            }
            """.formatted(comment);
    }

    @Test
    void aTableIsReplacedWithItsComment() {
        PacketFilter filter = host().packetFilter();
        assertThat(filter.findTable(HERE, "ip", "contract")).isEmpty();
        filter.apply(HERE, ruleset("sistemo:0123456789ab:1"));
        filter.apply(HERE, ruleset("sistemo:0123456789ab:2"));
        assertThat(filter.findTable(HERE, "ip", "contract")).contains(new TableFacts("sistemo:0123456789ab:2"));
        filter.apply(HERE, "table ip contract { comment \"another\"\n}\n");
        assertThat(filter.findTable(HERE, "ip", "contract")).contains(new TableFacts("sistemo:0123456789ab:2"));
        filter.deleteTable(HERE, "ip", "contract");
        filter.deleteTable(HERE, "ip", "contract");
        assertThat(filter.findTable(HERE, "ip", "contract")).isEmpty();
    }

    @Test
    void aBrokenRulesetChangesNothing() {
        PacketFilter filter = host().packetFilter();
        filter.apply(HERE, ruleset("one"));
        assertThatThrownBy(() -> filter.apply(HERE, ruleset("two") + "table ip broken {\n"))
                .isInstanceOf(HostException.class);
        assertThatThrownBy(() -> filter.apply(HERE, ruleset("two") + "delete table ip nosuch\n"))
                .isInstanceOf(HostException.class);
        assertThat(filter.findTable(HERE, "ip", "contract")).contains(new TableFacts("one"));
        assertThat(filter.findTable(HERE, "ip", "broken")).isEmpty();
        assertThatThrownBy(() -> filter.apply(HERE, "table ip broken {\n"))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("syntax error");
    }

    @Test
    void manyNamespacesAreLookedIntoAtOnce() {
        Host host = host();
        host.namespaces().add(NAME);
        addBridge();
        host.links().apply(HERE, OUTSIDE_WIRING);
        host.links().apply(INSIDE, INSIDE_WIRING);
        assertThat(host.namespaces().inspect(List.of(NAME, "sv-nobodys"), "bridge", "sistemo"))
                .containsOnlyKeys(NAME);
        NamespaceFacts bare = inside();
        assertThat(bare.table()).isEmpty();
        assertThat(bare.links())
                .containsExactlyInAnyOrderElementsOf(host.links().list(INSIDE));
        assertThat(bare.link("tap0")).get().satisfies(tap -> {
            assertThat(tap.master()).contains("br0");
            assertThat(tap.carrier()).as("nobody has it open").isFalse();
        });
        host.packetFilter().apply(INSIDE, "table bridge sistemo { comment \"inside\"\n}\n");
        assertThat(inside().table()).contains(new TableFacts("inside"));
        assertThat(host.links().find(HERE, NAME)).isPresent();
    }

    private NamespaceFacts inside() {
        return Optional.ofNullable(host().namespaces()
                        .inspect(List.of(NAME), "bridge", "sistemo")
                        .get(NAME))
                .orElseThrow();
    }

    @Test
    void aTableInANamespaceIsItsOwn() {
        PacketFilter filter = host().packetFilter();
        host().namespaces().add(NAME);
        filter.apply(INSIDE, "table bridge sistemo { comment \"inside\"\n}\n");
        assertThat(filter.findTable(INSIDE, "bridge", "sistemo")).contains(new TableFacts("inside"));
        assertThat(filter.findTable(HERE, "bridge", "sistemo")).isEmpty();
        filter.apply(INSIDE, "table ip contract\n");
        assertThat(filter.findTable(INSIDE, "ip", "contract")).contains(new TableFacts(""));
    }
}
