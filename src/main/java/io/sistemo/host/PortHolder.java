package io.sistemo.host;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A socket of the host's that takes what comes to a port.
 *
 * @param address where it listens; {@code 0.0.0.0} or {@code ::} for every address
 * @param pid of a process that has it open, when one can be seen
 * @param program the name of that process
 */
public record PortHolder(InetAddress address, OptionalLong pid, Optional<String> program) {}
