package io.sistemo.server;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;

/**
 * How the API is served.
 *
 * @param address where it listens; a loopback address
 * @param port TCP port; 0 takes a free one
 * @param allowedHosts names accepted in Host beside the loopback ones
 * @param stopGrace how long requests in flight may take at a stop
 */
public record ApiSettings(InetAddress address, int port, Set<String> allowedHosts, Duration stopGrace) {
    /** Copies the set. */
    public ApiSettings {
        allowedHosts = Set.copyOf(allowedHosts);
    }
}
