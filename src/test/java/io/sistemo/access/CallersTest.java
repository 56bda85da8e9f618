package io.sistemo.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.HostException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CallersTest {
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    private static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7777);
    private static final long OWNER = 1000;

    @Test
    void admitsRootAndTheOwner() {
        assertThat(admit(OptionalLong.of(0))).contains(new Caller(0));
        assertThat(new Callers((peer, local) -> OptionalLong.of(OWNER), OWNER).admit(PEER, LOCAL))
                .contains(new Caller(OWNER));
    }

    @Test
    void refusesOthersAndWhoeverCannotBeTold() {
        assertThat(new Callers((peer, local) -> OptionalLong.of(OWNER + 1), OWNER).admit(PEER, LOCAL))
                .isEmpty();
        assertThat(new Callers((peer, local) -> OptionalLong.empty(), OWNER).admit(PEER, LOCAL))
                .isEmpty();
        Callers blind = new Callers(
                (peer, local) -> {
                    throw new HostException("cannot read the table");
                },
                OWNER);
        assertThat(blind.admit(PEER, LOCAL)).isEmpty();
    }

    @Test
    void asksForTheVeryConnection() {
        Callers callers = new Callers(
                (peer, local) -> peer.equals(PEER) && local.equals(LOCAL) ? OptionalLong.of(0) : OptionalLong.empty(),
                OWNER);
        assertThat(callers.admit(PEER, LOCAL)).isPresent();
        assertThat(callers.admit(LOCAL, PEER)).isEmpty();
    }

    private static java.util.Optional<Caller> admit(OptionalLong uid) {
        return new Callers((peer, local) -> uid, OWNER).admit(PEER, LOCAL);
    }
}
