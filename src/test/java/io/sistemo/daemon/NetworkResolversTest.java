package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.host.CgroupLimits;
import io.sistemo.host.FakeHost;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkTable;
import io.sistemo.network.ResolverPlace;
import io.sistemo.network.Subnet;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A resolver for each network: found again, mended, replaced when it should ask others, and never in the way. */
class NetworkResolversTest {
    private static final InstallationId INSTALLATION = new InstallationId("0123456789ab");
    private static final Network NETWORK =
            new Network(Network.DEFAULT, Network.DEFAULT_BRIDGE, Subnet.parse("10.200.0.0/16"));
    private static final ResolverPlace PLACE = new ResolverPlace(INSTALLATION.value(), NETWORK.bridge());

    @TempDir
    Path directory;

    private final FakeHost host = new FakeHost();
    private List<String> servers = List.of("192.0.2.53");
    private Database database;
    private NetworkResolvers resolvers;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("db"));
        database.write(connection -> {
            NetworkTable.insert(connection, NETWORK);
            return NETWORK;
        });
        resolvers = program();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private NetworkResolvers program() {
        return new NetworkResolvers(database, host, INSTALLATION, () -> servers);
    }

    private List<Claim> claims() {
        return database.read(connection -> ClaimTable.ofKind(connection, ClaimKind.RESOLVER));
    }

    private List<Long> processes() {
        return host.cgroups().members(PLACE.cgroup());
    }

    @Test
    void aNextDaemonFindsItAgain() {
        assertThat(resolvers.serves(NETWORK)).isFalse();
        resolvers.ensure();
        assertThat(resolvers.serves(NETWORK)).isTrue();
        assertThat(claims()).hasSize(1).allMatch(claim -> claim.state() == ClaimState.HELD);
        Map<String, String> before = host.contents();
        NetworkResolvers next = program();
        assertThat(next.drift()).isEmpty();
        next.ensure();
        assertThat(next.serves(NETWORK)).isTrue();
        assertThat(host.contents()).isEqualTo(before);
    }

    @Test
    void oneThatWasKilledIsStartedAgain() {
        resolvers.ensure();
        host.exit(processes().getFirst(), 137);
        assertThat(resolvers.drift()).singleElement().asString().contains("default", "it has ended");
        resolvers.ensure();
        assertThat(processes()).hasSize(1);
        assertThat(resolvers.drift()).isEmpty();
    }

    @Test
    void oneThatIsFollowedIsStartedAgainAtOnce() {
        resolvers.beginToFollow();
        resolvers.ensure();
        long first = processes().getFirst();
        host.exit(first, 137);
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (processes().isEmpty() || processes().getFirst() == first) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
        resolvers.release();
        assertThat(processes()).isEmpty();
        assertThat(claims()).isEmpty();
    }

    @Test
    void oneThatShouldAskOthersIsReplaced() {
        resolvers.ensure();
        List<Long> first = processes();
        servers = List.of("198.51.100.53");
        resolvers.ensure();
        assertThat(processes()).hasSize(1).doesNotContainAnyElementsOf(first);
    }

    @Test
    void oneThatCannotBeHadIsSaidAndTriedAgain() {
        host.putSymbolicLink(PLACE.directory());
        resolvers.ensure();
        assertThat(resolvers.serves(NETWORK)).isFalse();
        assertThat(resolvers.drift()).singleElement().asString().contains(PLACE.directory() + " is not a directory");
        host.files().deleteTree(PLACE.directory());
        resolvers.ensure();
        assertThat(resolvers.serves(NETWORK)).isTrue();
        assertThat(resolvers.drift()).isEmpty();
    }

    @Test
    void afterARebootItIsStartedAgain() {
        resolvers.ensure();
        host.reboot();
        resolvers.ensure();
        assertThat(processes()).hasSize(1);
        assertThat(claims())
                .allMatch(claim -> claim.bootId().equals(host.bootId().value()));
    }

    @Test
    void nothingIsLeftWhenTheyAreReleased() {
        Map<String, String> before = host.contents();
        resolvers.ensure();
        resolvers.release();
        assertThat(host.contents()).isEqualTo(before);
        assertThat(claims()).isEmpty();
        assertThat(resolvers.serves(NETWORK)).isFalse();
    }

    @Test
    void oneThatOnlyAnOlderDatabaseKnewIsRemoved() {
        host.cgroups().create(ResolverPlace.cgroups(INSTALLATION.value()) + "/br-old", new CgroupLimits(1, 1, 1));
        resolvers.ensure();
        assertThat(host.cgroups().list(ResolverPlace.cgroups(INSTALLATION.value())))
                .containsExactly(NETWORK.bridge());
    }
}
