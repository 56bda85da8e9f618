package io.sistemo.guest;

import com.jcraft.jsch.Session;
import io.sistemo.guest.SshConnector.HandshakeFailed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one guest. Each carries one command at a time; when that has ended well, the connection waits, warm,
 * for the next.
 */
final class WarmConnections {
    /** More were needed only for a moment. */
    private static final int MAX_IDLE = 2;

    private final SshConnector connector;
    private final GuestAddress guest;

    /** One handshake at a time: dropbear drops an address that has more than five under way. */
    private final ReentrantLock handshake = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Session> idle = new ArrayDeque<>();
    private final Set<SshCommand> running = new HashSet<>();
    private boolean closed;

    WarmConnections(SshConnector connector, GuestAddress guest) {
        this.connector = connector;
        this.guest = guest;
    }

    /** A connection that lies idle, if there is one that has not been lost. */
    @Nullable
    Session findIdle() {
        lock.lock();
        try {
            Session session = idle.pollFirst();
            while (session != null && !session.isConnected()) {
                session = idle.pollFirst();
            }
            return session;
        } finally {
            lock.unlock();
        }
    }

    /** A new connection. */
    Session open(Duration timeout) throws HandshakeFailed, InterruptedException {
        handshake.lockInterruptibly();
        try {
            return connector.open(guest, timeout);
        } finally {
            handshake.unlock();
        }
    }

    /** Notes that a connection is in use, so that closing ends it; ends it now when it is too late. */
    void began(SshCommand command) {
        lock.lock();
        try {
            if (!closed) {
                running.add(command);
                return;
            }
        } finally {
            lock.unlock();
        }
        command.close();
    }

    /** Takes a connection back from a command that has ended. */
    void ended(SshCommand command, Session session) {
        boolean kept = false;
        lock.lock();
        try {
            running.remove(command);
            if (!closed && session.isConnected() && idle.size() < MAX_IDLE) {
                idle.addFirst(session);
                kept = true;
            }
        } finally {
            lock.unlock();
        }
        if (!kept) {
            session.disconnect();
        }
    }

    /** Ends all connections for good, and with them what runs. A handshake that is under way is not waited for. */
    void close() {
        Set<SshCommand> commands;
        Set<Session> sessions;
        lock.lock();
        try {
            closed = true;
            commands = Set.copyOf(running);
            sessions = Set.copyOf(idle);
            idle.clear();
        } finally {
            lock.unlock();
        }
        commands.forEach(SshCommand::close);
        sessions.forEach(Session::disconnect);
    }
}
