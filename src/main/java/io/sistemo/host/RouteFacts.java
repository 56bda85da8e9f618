package io.sistemo.host;

/**
 * IPv4 addresses that the host uses: the destination of a route, or an address of its own with what belongs to it.
 *
 * @param address in dots; bits beyond the prefix may be set
 * @param prefixLength how many bits count, 0 to 32
 * @param link where they are reached; empty when nowhere
 */
public record RouteFacts(String address, int prefixLength, String link) {}
