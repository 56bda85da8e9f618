package io.sistemo.machine;

import io.avaje.jsonb.Json;
import io.sistemo.network.Forward;
import io.sistemo.network.Ipv4;
import java.util.Optional;

/**
 * A forward in a machine's sidecar.
 *
 * @param protocol {@code tcp} or {@code udp}
 * @param address the host's address at which it is; empty text for each of them
 * @param hostPort the port there
 * @param machinePort the port in the machine
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record ForwardSidecar(String protocol, String address, int hostPort, int machinePort) {
    static ForwardSidecar of(Forward forward) {
        return new ForwardSidecar(
                forward.protocol().word(),
                forward.address().map(Ipv4::toString).orElse(""),
                forward.hostPort(),
                forward.machinePort());
    }

    /** The forward; IllegalArgumentException with a clause for the user when it makes no sense. */
    Forward toForward() {
        return new Forward(
                Forward.Protocol.find(protocol)
                        .orElseThrow(() -> new IllegalArgumentException("it has a forward of no protocol")),
                address.isEmpty() ? Optional.empty() : Optional.of(Ipv4.parse(address)),
                hostPort,
                machinePort);
    }
}
