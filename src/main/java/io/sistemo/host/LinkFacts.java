package io.sistemo.host;

import java.util.Optional;

/**
 * What is known of a network link.
 *
 * @param name the interface's name, at most 15 characters
 * @param alias the text that its maker left on it
 * @param kind bridge, veth, tun (taps too), else what the kernel calls it; empty for hardware
 * @param master the bridge that it is a port of
 * @param up whether it is administratively up
 * @param carrier whether something is at its other end: for a tap, a process that has it open
 * @param mac its address, lower case with colons; empty when it has none
 */
public record LinkFacts(
        String name,
        Optional<String> alias,
        String kind,
        Optional<String> master,
        boolean up,
        boolean carrier,
        String mac) {}
