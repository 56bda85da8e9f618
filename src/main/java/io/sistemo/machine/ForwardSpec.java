package io.sistemo.machine;

import java.util.Optional;

/**
 * A forward as a user asks for it. The values are as they came: the domain checks them.
 *
 * @param protocol {@code tcp} or {@code udp}
 * @param address of the host at which it is to be; empty, or 0.0.0.0, for each of them
 * @param hostPort the port there
 * @param machinePort the port in the machine
 */
public record ForwardSpec(String protocol, Optional<String> address, int hostPort, int machinePort) {}
