package io.sistemo.access;

import io.sistemo.host.HostException;
import io.sistemo.host.SocketTable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides who may call without credentials: the users who could read the data directory anyway, root and its owner. A
 * connection from this host is proved by the kernel's socket table, not by its address.
 */
public final class Callers {
    private static final Logger LOG = System.getLogger(Callers.class.getName());
    private static final long ROOT = 0;

    private final SocketTable table;
    private final long ownerUid;

    /**
     * Callers of one daemon.
     *
     * @param ownerUid the user who owns the data directory
     */
    public Callers(SocketTable table, long ownerUid) {
        this.table = table;
        this.ownerUid = ownerUid;
    }

    /**
     * Who is at the other end of a connection that was just accepted; to be asked once for each, and as early as possible.
     * Empty when that is another user, is not on this host, or cannot be told, for example because the client has closed its
     * end already.
     */
    public Optional<Caller> admit(InetSocketAddress peer, InetSocketAddress local) {
        OptionalLong uid;
        try {
            uid = table.uidOf(peer, local);
        } catch (HostException e) {
            LOG.log(Level.WARNING, "cannot tell who calls from " + peer + ", so the caller is refused", e);
            return Optional.empty();
        }
        if (uid.isEmpty() || (uid.getAsLong() != ROOT && uid.getAsLong() != ownerUid)) {
            return Optional.empty();
        }
        return Optional.of(new Caller(uid.getAsLong()));
    }
}
