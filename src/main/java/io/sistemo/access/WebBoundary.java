package io.sistemo.access;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps web pages out of a daemon that trusts local users: a browser is a local user's program that acts for strangers.
 *
 * <p>The {@code Host} that a browser sends is the name in its address bar, so a name that was pointed at 127.0.0.1 (DNS
 * rebinding) shows itself there. The {@code Origin} is the page that makes the request; only our own may.
 */
public final class WebBoundary {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    private final Set<String> hosts = new TreeSet<>(LOOPBACK);

    /**
     * A boundary.
     *
     * @param allowedHosts names beside the loopback ones, without port
     */
    public WebBoundary(Set<String> allowedHosts) {
        allowedHosts.forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * Why a request must be refused, as a sentence; empty when nothing speaks against it.
     *
     * @param host the Host header
     * @param origin the Origin header
     */
    public Optional<String> objection(Optional<String> host, Optional<String> origin) {
        if (host.isEmpty() || !hosts.contains(nameOf(host.get()))) {
            return Optional.of("The name in Host is not one of this daemon's: " + String.join(", ", hosts)
                    + ". Further names go into allowed_hosts.");
        }
        if (origin.isPresent() && !isOurs(origin.get(), host.get())) {
            return Optional.of("Requests of other web pages are refused.");
        }
        return Optional.empty();
    }

    private static boolean isOurs(String origin, String host) {
        String lower = origin.toLowerCase(Locale.ROOT);
        String ours = host.toLowerCase(Locale.ROOT);
        return lower.equals("http://" + ours) || lower.equals("https://" + ours);
    }

    /** The header without its port; an IPv6 address keeps its brackets. */
    private static String nameOf(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        int colon = lower.lastIndexOf(':');
        return colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
    }
}
