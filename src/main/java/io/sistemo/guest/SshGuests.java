package io.sistemo.guest;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.sistemo.guest.SshConnector.HandshakeFailed;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Guests over SSH. Connections are kept open and used again: a handshake costs a quarter of a second in an emulated guest, a
 * command on an open connection a few milliseconds. Each carries one command at a time, so that a slow reader or a broken
 * command touches no other; docs/decisions/0004-ssh-client.md says why they are not shared.
 */
public final class SshGuests implements Guests, AutoCloseable {
    /** The guest's dropbear drops longer ones without an answer (MAX_CMD_LEN is 9,000). */
    private static final int LONGEST_COMMAND_BYTES = 9_000;

    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(10);
    /** An attempt of this length ends by what the guest does or does not do. */
    private static final Duration TELLING_ATTEMPT = Duration.ofSeconds(1);

    /** The guest's link comes up after its sshd was started, so most attempts wait rather than being refused. */
    private static final Duration RETRY_PAUSE = Duration.ofMillis(20);

    private static final Duration POWER_OFF_ANSWER = Duration.ofSeconds(1);
    /**
     * Ends once the image's init has taken over, without entering the image. A guest that does not know it runs it as a
     * command that it does not find, which is an answer too.
     */
    private static final String READY = "sistemo-ready";

    private static final String POWER_OFF = "sistemo-power-off";
    private static final String NO_CHANNEL = "it opened no channel";
    private static final Logger LOG = System.getLogger(SshGuests.class.getName());

    private final SshConnector connector;
    private final ConcurrentMap<GuestAddress, WarmConnections> connections = new ConcurrentHashMap<>();

    /**
     * Nothing is opened yet.
     *
     * @param clientKey the private ed25519 key that guests let in, an OpenSSH file without passphrase; read at each
     *     handshake
     */
    public SshGuests(Path clientKey) {
        this.connector = new SshConnector(clientKey);
    }

    @Override
    public void awaitReady(GuestAddress guest, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        String reason = "";
        while (true) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            Duration attempt = left.compareTo(ATTEMPT_TIMEOUT) < 0 ? left : ATTEMPT_TIMEOUT;
            String result = attempt.isPositive() ? tryOnce(guest, attempt) : reason;
            if (result == null) {
                return;
            }
            // What the last moments before the deadline cut short says nothing about the guest.
            if (reason.isEmpty() || attempt.compareTo(TELLING_ATTEMPT) >= 0) {
                reason = result;
            }
            if (deadline - System.nanoTime() <= RETRY_PAUSE.toNanos()) {
                throw new GuestException("the guest at " + SshConnector.name(guest) + " did not answer over SSH within "
                        + timeout.toSeconds() + " s" + (reason.isEmpty() ? "" : " (" + reason + ")"));
            }
            Thread.sleep(RETRY_PAUSE);
        }
    }

    @Override
    public GuestCommand start(GuestAddress guest, String command, TerminalSize terminal) {
        return startRaw(guest, inOwnShell(command), terminal, OPEN_TIMEOUT);
    }

    @Override
    public void requestPowerOff(GuestAddress guest, Duration timeout) {
        try (GuestCommand asked = startRaw(guest, POWER_OFF, TerminalSize.NONE, timeout)) {
            Duration wait = timeout.compareTo(POWER_OFF_ANSWER) < 0 ? timeout : POWER_OFF_ANSWER;
            OptionalInt exit = asked.awaitExit(wait);
            // No answer is as good as one: a guest that goes down may be gone before it can say so.
            if (exit.isPresent() && exit.getAsInt() != 0) {
                throw new GuestException("the guest at " + SshConnector.name(guest)
                        + " did not take the request to power off (exit code " + exit.getAsInt() + ")");
            }
        } catch (InterruptedException e) {
            throw interrupted(guest, e);
        }
    }

    @Override
    public void forget(GuestAddress guest) {
        WarmConnections removed = connections.remove(guest);
        if (removed != null) {
            removed.close();
        }
    }

    /** Closes all connections; commands that run over them end without an exit code. */
    @Override
    public void close() {
        connections.keySet().forEach(this::forget);
    }

    /** The reason why not, or null when the guest is ready. */
    private @Nullable String tryOnce(GuestAddress guest, Duration timeout) throws InterruptedException {
        try (GuestCommand probe = startOver(connectionsTo(guest), READY, TerminalSize.NONE, timeout)) {
            return probe.awaitExit(timeout).isPresent() ? null : "it let us in, but its init has not taken over";
        } catch (HandshakeFailed e) {
            return e.reason();
        } catch (JSchException e) {
            return NO_CHANNEL;
        }
    }

    private GuestCommand startRaw(GuestAddress guest, String command, TerminalSize terminal, Duration timeout) {
        int bytes = command.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_COMMAND_BYTES) {
            throw new GuestException("a command of " + bytes + " bytes is longer than a guest takes ("
                    + LONGEST_COMMAND_BYTES + "); send the script as standard input of sh");
        }
        try {
            return startOver(connectionsTo(guest), command, terminal, timeout);
        } catch (HandshakeFailed e) {
            throw notReached(guest, e.reason(), e);
        } catch (JSchException e) {
            throw notReached(guest, NO_CHANNEL, e);
        } catch (InterruptedException e) {
            throw interrupted(guest, e);
        }
    }

    /** A warm connection may be to a guest that is gone and came back: then a fresh one decides. */
    private static GuestCommand startOver(WarmConnections pool, String command, TerminalSize terminal, Duration timeout)
            throws HandshakeFailed, JSchException, InterruptedException {
        Session warm = pool.findIdle();
        while (warm != null) {
            try {
                return SshCommand.start(pool, warm, command, terminal, timeout);
            } catch (JSchException e) {
                LOG.log(Level.DEBUG, "a warm connection was of no use", e);
            }
            warm = pool.findIdle();
        }
        return SshCommand.start(pool, pool.open(timeout), command, terminal, timeout);
    }

    private WarmConnections connectionsTo(GuestAddress guest) {
        return connections.computeIfAbsent(guest, address -> new WarmConnections(connector, address));
    }

    /**
     * The command as a child of the guest's shell. A shell that runs a single command replaces itself with it, and when a
     * signal ends that, the library does not hand on which; so the shell has to stay and say 128 + n.
     */
    static String inOwnShell(String command) {
        return "eval '" + command.replace("'", "'\\''") + "'; exit $?";
    }

    private static GuestException notReached(GuestAddress guest, String reason, Exception cause) {
        return new GuestException(
                "the guest at " + SshConnector.name(guest) + " cannot be reached over SSH: " + reason, cause);
    }

    private static GuestException interrupted(GuestAddress guest, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new GuestException("interrupted while talking to the guest at " + SshConnector.name(guest), cause);
    }
}
