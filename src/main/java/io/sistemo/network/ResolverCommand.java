package io.sistemo.network;

import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a network's resolver, which is dnsmasq (dnsmasq(8)). All of its settings stand there: it reads no file
 * but those with the names of machines. Pure.
 */
final class ResolverCommand {
    /** What it says in its log once it listens. */
    static final String READY = "started, version";

    private static final String PROGRAM = "dnsmasq";
    /** Questions that wait for an answer from elsewhere, so that guests cannot make the host ask without bound. */
    private static final int MOST_WAITING = 150;

    private static final int CACHED_NAMES = 1000;

    private ResolverCommand() {}

    /**
     * Of one network's resolver.
     *
     * @param servers whom it asks for names that are not of machines
     */
    static List<String> render(Network network, ResolverPlace place, List<String> servers) {
        String gateway = network.subnet().gateway().toString();
        List<String> command = new ArrayList<>(List.of(
                PROGRAM,
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--pid-file=",
                "--log-facility=-",
                "--bind-interfaces",
                "--listen-address=" + gateway,
                "--no-hosts",
                "--hostsdir=" + place.names(),
                "--no-resolv",
                // A name without dots is a machine's or nobody's, and so is one of the network's own domain.
                "--local=//",
                "--local=/" + network.domain() + "/",
                "--bogus-priv",
                "--local-ttl=0",
                "--no-negcache",
                "--cache-size=" + CACHED_NAMES,
                "--dns-forward-max=" + MOST_WAITING,
                "--dns-loop-detect"));
        servers.stream()
                .filter(server -> !server.equals(gateway))
                .map(server -> "--server=" + server)
                .forEach(command::add);
        return List.copyOf(command);
    }
}
