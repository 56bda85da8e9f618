package io.sistemo.guest;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A command on a connection that carries nothing else meanwhile. Ended by the guest, it gives the connection back; hung up
 * on, it takes the connection with it, which the guest notices at once.
 */
final class SshCommand implements GuestCommand {
    /** How much of each stream is kept for a reader who is behind. */
    private static final int KEPT_BYTES = 256 << 10;

    private static final String TERMINAL_TYPE = "xterm-256color";

    private static final Logger LOG = System.getLogger(SshCommand.class.getName());

    private final WarmConnections connections;
    private final Session session;
    private final ChannelExec channel;
    private final OutputStream input;
    private final ReceivedStream output = new ReceivedStream(KEPT_BYTES);
    private final ReceivedStream errors = new ReceivedStream(KEPT_BYTES);
    private final InputStream outputSource = output.source();
    private final InputStream errorSource = errors.source();
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Whether the connection is not this command's any more. */
    private final AtomicBoolean givenBack = new AtomicBoolean();

    private SshCommand(WarmConnections connections, Session session, ChannelExec channel) throws IOException {
        this.connections = connections;
        this.session = session;
        this.channel = channel;
        channel.setOutputStream(output.sink());
        channel.setErrStream(new EndOfChannel(errors.sink()));
        this.input = new Unbuffered(channel.getOutputStream());
    }

    /**
     * Starts a command over an open connection, which is the command's from now on.
     *
     * @throws JSchException when the guest did not open a channel within the timeout; the connection is closed then
     */
    static SshCommand start(
            WarmConnections connections, Session session, String command, TerminalSize terminal, Duration timeout)
            throws JSchException {
        SshCommand started = onNewChannel(connections, session);
        ChannelExec channel = started.channel;
        channel.setCommand(command.getBytes(StandardCharsets.UTF_8));
        if (!terminal.equals(TerminalSize.NONE)) {
            channel.setPty(true);
            channel.setPtyType(TERMINAL_TYPE, terminal.columns(), terminal.rows(), 0, 0);
        }
        connections.began(started);
        try {
            channel.connect(Math.toIntExact(timeout.toMillis()));
        } catch (JSchException e) {
            started.close();
            throw e;
        }
        return started;
    }

    private static SshCommand onNewChannel(WarmConnections connections, Session session) throws JSchException {
        try {
            // Null, against its signature, when the connection is lost in this moment.
            if (session.openChannel("exec") instanceof ChannelExec channel) {
                return new SshCommand(connections, session, channel);
            }
            throw new JSchException("the connection is lost");
        } catch (IOException e) {
            session.disconnect();
            throw new JSchException("the channel has no streams", e);
        } catch (JSchException e) {
            session.disconnect();
            throw e;
        }
    }

    @Override
    public OutputStream input() {
        return input;
    }

    @Override
    public InputStream output() {
        return outputSource;
    }

    @Override
    public InputStream errors() {
        return errorSource;
    }

    @Override
    public void resize(TerminalSize size) {
        if (!givenBack.get()) {
            channel.setPtySize(size.columns(), size.rows(), 0, 0);
        }
    }

    @Override
    public OptionalInt awaitExit(Duration timeout) throws InterruptedException {
        boolean closed = ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        int status = channel.getExitStatus();
        return closed && status >= 0 ? OptionalInt.of(status) : OptionalInt.empty();
    }

    @Override
    public void close() {
        output.discard();
        errors.discard();
        if (givenBack.compareAndSet(false, true)) {
            sayHangUp();
            session.disconnect();
            connections.ended(this, session);
        }
        ended.countDown();
    }

    /** What went wrong last on its connection. */
    String fault() {
        return LastFault.of(session);
    }

    private String name() {
        return session.getHost() + ":" + session.getPort();
    }

    /** A command without a terminal would not learn of it otherwise. */
    private void sayHangUp() {
        try {
            channel.sendSignal("HUP");
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "the guest was gone before it could be told of a hang-up", e);
        }
    }

    /** The library buffers what it sends until it is flushed; a command at a prompt would wait for ever. */
    private final class Unbuffered extends FilterOutputStream {
        Unbuffered(OutputStream stream) {
            super(stream);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (givenBack.get()) {
                // The library would take it and throw it away.
                throw new IOException("the command has ended");
            }
            out.write(bytes, offset, length);
            out.flush();
        }

        @Override
        public void flush() {
            // Nothing is ever held back.
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /** The library closes the stream of errors only with the channel itself: that is the end of the command. */
    private final class EndOfChannel extends FilterOutputStream {
        EndOfChannel(OutputStream stream) {
            super(stream);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            out.close();
            output.end();
            // First, so that whoever waits for the end finds the connection idle.
            if (givenBack.compareAndSet(false, true)) {
                if (channel.getExitStatus() < 0) {
                    LOG.log(Level.WARNING, "the connection to {0} was lost while a command ran: {1}", name(), fault());
                }
                connections.ended(SshCommand.this, session);
            }
            ended.countDown();
        }
    }
}
