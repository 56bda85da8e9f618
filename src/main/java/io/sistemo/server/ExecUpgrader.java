package io.sistemo.server;

import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsUpgrader;
import io.sistemo.machine.MachineService;
import io.sistemo.operation.Refusal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Upgrades to a WebSocket only what passes the gate and leads to a running machine. Anything else is left to the plain
 * routes, where the same checks end in the same answers as everywhere.
 */
final class ExecUpgrader extends WsUpgrader {
    private static final String PREFIX = "/api/v1/machines/";
    private static final String SUFFIX = "/exec/stream";

    private final Gate gate;
    private final MachineService machines;

    ExecUpgrader(WsConfig config, Gate gate, MachineService machines) {
        super(config);
        this.gate = gate;
        this.machines = machines;
    }

    @Override
    @SuppressWarnings("NullAway") // null is this method's word for "not upgraded"
    public @Nullable ServerConnection upgrade(
            ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
        String path = prologue.uriPath().path();
        Optional<String> reference = reference(path);
        boolean open = reference.isPresent()
                && gate.objection(path, context.remotePeer(), headers).isEmpty()
                && isRunning(reference.get());
        return open ? super.upgrade(context, prologue, headers) : null;
    }

    /** The machine that a path of an exec stream names. */
    static Optional<String> reference(String path) {
        if (!path.startsWith(PREFIX) || !path.endsWith(SUFFIX) || path.length() <= PREFIX.length() + SUFFIX.length()) {
            return Optional.empty();
        }
        String reference = path.substring(PREFIX.length(), path.length() - SUFFIX.length());
        return reference.contains("/") ? Optional.empty() : Optional.of(reference);
    }

    private boolean isRunning(String reference) {
        try {
            machines.guest(reference);
            return true;
        } catch (Refusal e) {
            return false;
        }
    }
}
