package io.sistemo.guest;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelWindow;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A command on a channel of its guest's connection. */
final class SshCommand implements GuestCommand {
    /** How much a guest may send ahead of the reader, both streams together. */
    private static final int WINDOW_BYTES = 256 << 10;

    private static final int GRANT_BYTES = WINDOW_BYTES / 4;
    private static final String TERMINAL_TYPE = "xterm-256color";

    private final ChannelExec channel;
    private final OutputStream input;
    private final ReceivedStream output = new ReceivedStream(WINDOW_BYTES, this::taken);
    private final ReceivedStream errors = new ReceivedStream(WINDOW_BYTES, this::taken);
    private final InputStream outputSource = output.source();
    private final InputStream errorSource = errors.source();
    private final AtomicInteger notGranted = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);

    private SshCommand(ChannelExec channel) throws IOException {
        this.channel = channel;
        ChannelWindow.limit(channel, WINDOW_BYTES);
        channel.setOutputStream(output.sink(bytes -> ChannelWindow.hold(channel, bytes)));
        channel.setErrStream(new EndOfChannel(errors.sink(bytes -> ChannelWindow.hold(channel, bytes))));
        this.input = new Unbuffered(channel.getOutputStream());
    }

    /**
     * Starts a command over an open connection.
     *
     * @throws JSchException when the guest did not open a channel within the timeout
     */
    static SshCommand start(Session session, String command, TerminalSize terminal, Duration timeout)
            throws JSchException {
        ChannelExec channel = (ChannelExec) session.openChannel("exec");
        try {
            SshCommand started = new SshCommand(channel);
            channel.setCommand(command.getBytes(StandardCharsets.UTF_8));
            if (!terminal.equals(TerminalSize.NONE)) {
                channel.setPty(true);
                channel.setPtyType(TERMINAL_TYPE, terminal.columns(), terminal.rows(), 0, 0);
            }
            channel.connect(Math.toIntExact(timeout.toMillis()));
            return started;
        } catch (IOException e) {
            throw new JSchException("the channel has no streams", e);
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
        channel.setPtySize(size.columns(), size.rows(), 0, 0);
    }

    @Override
    public OptionalInt awaitExit(Duration timeout) throws InterruptedException {
        boolean closed = ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        int status = channel.getExitStatus();
        return closed && status >= 0 ? OptionalInt.of(status) : OptionalInt.empty();
    }

    @Override
    public void close() {
        channel.disconnect();
        // Nothing more will come, also where the channel had been closed by the guest before.
        output.end();
        errors.end();
        ended.countDown();
    }

    /** Grants in large steps: a packet for every read would double the traffic. */
    private void taken(int bytes) {
        int open = notGranted.addAndGet(bytes);
        if (open >= GRANT_BYTES && notGranted.compareAndSet(open, 0)) {
            try {
                ChannelWindow.grant(channel, open);
            } catch (IOException e) {
                // The connection is lost: it grants nothing any more, and its end is what the reader sees next.
                output.end();
                errors.end();
            }
        }
    }

    /** The library buffers what it sends until it is flushed; a command at a prompt would wait for ever. */
    private static final class Unbuffered extends FilterOutputStream {
        Unbuffered(OutputStream stream) {
            super(stream);
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            out.flush();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
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
            ended.countDown();
        }
    }
}
