package io.sistemo.network;

/**
 * A forward that is in force.
 *
 * @param forward what leads there
 * @param machine the machine's address
 */
public record RoutedForward(Forward forward, Ipv4 machine) {}
