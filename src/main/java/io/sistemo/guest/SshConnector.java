package io.sistemo.guest;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Opens SSH connections to guests: one handshake each, bounded in time, with the guest's host key checked. */
final class SshConnector {
    /** A guest that is up answers a SYN at once; one whose network is not up yet is better asked again soon. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(250);

    private static final Duration ALIVE_INTERVAL = Duration.ofSeconds(10);
    /** A minute in all: an emulated guest on a busy host, or one that is held while the host's disk is full, comes back. */
    private static final int ALIVE_MISSED_LIMIT = 5;

    private final Path clientKey;

    SshConnector(Path clientKey) {
        this.clientKey = clientKey;
    }

    /**
     * Connects and logs in as root. Interrupting ends it at once.
     *
     * @throws HandshakeFailed when it did not work; trying again may help
     * @throws GuestException when another host key was shown; trying again does not help
     */
    Session open(GuestAddress guest, Duration timeout) throws HandshakeFailed, InterruptedException {
        Socket socket = new Socket();
        FutureTask<Session> handshake = new FutureTask<>(() -> handshake(guest, socket, timeout));
        Thread.ofVirtual().name("ssh-handshake").start(handshake);
        try {
            return handshake.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            close(socket);
            throw refusalOf(guest, Objects.requireNonNull(e.getCause()));
        } catch (TimeoutException e) {
            close(socket);
            throw new HandshakeFailed("the handshake took longer than " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            close(socket);
            throw e;
        }
    }

    /** Connects first: a guest that boots is asked dozens of times, and only the last time needs more than a socket. */
    private Session handshake(GuestAddress guest, Socket socket, Duration timeout) throws JSchException, IOException {
        InetSocketAddress address = guest.socket();
        socket.setTcpNoDelay(true);
        socket.connect(address, Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
        JSch client = new JSch();
        client.addIdentity(clientKey.toString());
        Session session = client.getSession("root", address.getHostString(), address.getPort());
        session.setLogger(new LastFault());
        session.setHostKeyRepository(new PinnedHostKey(guest.hostKey()));
        session.setConfig(algorithms());
        session.setSocketFactory(new OneSocket(socket));
        session.setThreadFactory(
                Thread.ofVirtual().name("ssh-" + address.getHostString()).factory());
        session.connect(Math.toIntExact(timeout.toMillis()));
        session.setServerAliveInterval(Math.toIntExact(ALIVE_INTERVAL.toMillis()));
        session.setServerAliveCountMax(ALIVE_MISSED_LIMIT);
        return session;
    }

    /** One algorithm for each job, all of them in the JDK and in the guest's dropbear; and no round trip that asks first. */
    private static Properties algorithms() {
        Properties properties = new Properties();
        properties.setProperty("kex", "curve25519-sha256,curve25519-sha256@libssh.org");
        properties.setProperty("server_host_key", "ssh-ed25519");
        properties.setProperty("PubkeyAcceptedAlgorithms", "ssh-ed25519");
        properties.setProperty("PreferredAuthentications", "publickey");
        properties.setProperty("StrictHostKeyChecking", "yes");
        properties.setProperty("prefer_known_host_key_types", "no");
        properties.setProperty("enable_auth_none", "no");
        properties.setProperty("enable_pubkey_auth_query", "no");
        for (String direction : new String[] {"c2s", "s2c"}) {
            properties.setProperty("cipher." + direction, "aes128-ctr");
            properties.setProperty("mac." + direction, "hmac-sha2-256");
            properties.setProperty("compression." + direction, "none");
        }
        // The library would make a trial key pair of each algorithm before every connection.
        properties.setProperty("CheckKexes", "");
        properties.setProperty("CheckCiphers", "");
        properties.setProperty("CheckMacs", "");
        properties.setProperty("CheckSignatures", "");
        return properties;
    }

    private static HandshakeFailed refusalOf(GuestAddress guest, Throwable cause) {
        if (cause instanceof JSchHostKeyException) {
            throw new GuestException(
                    "the guest at " + name(guest)
                            + " shows another host key than the one made for it; not talking to it",
                    cause);
        }
        return new HandshakeFailed(plainReason(cause), cause);
    }

    /** The innermost message: the library wraps "Connection refused" in its own class names. */
    private static String plainReason(Throwable cause) {
        Throwable innermost = cause;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null ? innermost.getClass().getSimpleName() : message;
    }

    static String name(GuestAddress guest) {
        return guest.socket().getHostString() + ":" + guest.socket().getPort();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket that cannot be closed", e);
        }
    }

    /** A handshake that did not come to its end. */
    static final class HandshakeFailed extends Exception {
        private static final long serialVersionUID = 1;

        HandshakeFailed(String reason, @Nullable Throwable cause) {
            super(reason, cause);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** The connected socket that the caller holds, so that closing it ends the handshake whatever it waits for. */
    private record OneSocket(Socket socket) implements SocketFactory {
        @Override
        public Socket createSocket(String host, int port) {
            return socket;
        }

        @Override
        public InputStream getInputStream(Socket connected) throws IOException {
            return connected.getInputStream();
        }

        @Override
        public OutputStream getOutputStream(Socket connected) throws IOException {
            return connected.getOutputStream();
        }
    }
}
