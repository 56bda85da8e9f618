package io.sistemo.api;

import java.io.IOException;

/** No connection to the daemon could be made. */
public final class DaemonUnreachable extends IOException {
    private static final long serialVersionUID = 1;

    private final DaemonAddress address;

    DaemonUnreachable(DaemonAddress address, IOException cause) {
        super("No daemon answers at " + address + ": " + cause.getMessage(), cause);
        this.address = address;
    }

    /** Where one was looked for. */
    public DaemonAddress address() {
        return address;
    }
}
