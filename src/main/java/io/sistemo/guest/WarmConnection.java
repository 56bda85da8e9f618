package io.sistemo.guest;

import com.jcraft.jsch.Session;
import io.sistemo.guest.SshConnector.HandshakeFailed;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The one connection to a guest, opened when it is first needed and again when it was lost. */
final class WarmConnection {
    private final SshConnector connector;
    private final GuestAddress guest;

    /** Held during a handshake, so that fifty callers wait for one instead of starting fifty. */
    private final ReentrantLock handshake = new ReentrantLock();

    private volatile @Nullable Session session;
    private volatile boolean closed;

    WarmConnection(SshConnector connector, GuestAddress guest) {
        this.connector = connector;
        this.guest = guest;
    }

    boolean isOpen() {
        Session current = session;
        return current != null && current.isConnected();
    }

    /** The open connection; made now if there is none. */
    Session session(Duration timeout) throws HandshakeFailed, InterruptedException {
        handshake.lockInterruptibly();
        try {
            Session current = session;
            if (current == null || !current.isConnected()) {
                current = connector.open(guest, timeout);
                session = current;
            }
            if (closed) {
                current.disconnect();
                throw new HandshakeFailed("its machine was stopped", null);
            }
            return current;
        } finally {
            handshake.unlock();
        }
    }

    /** Ends the connection for good, with all its commands. A handshake that is under way is not waited for. */
    void close() {
        closed = true;
        drop();
    }

    /** Ends the connection with all its commands; the next call opens another. */
    void drop() {
        Session current = session;
        if (current != null) {
            current.disconnect();
        }
    }
}
