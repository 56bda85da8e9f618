package io.sistemo.api;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;

/**
 * What a daemon sends. One that is killed while it has something unread resets the connection instead of ending it; which of
 * the two happens is chance, so a reader is told of both in one way.
 */
final class DaemonInput extends FilterInputStream {
    private final Socket socket;

    DaemonInput(Socket socket) throws IOException {
        super(socket.getInputStream());
        this.socket = socket;
    }

    /** @throws EOFException when the daemon reset the connection */
    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws EOFException when the daemon reset the connection */
    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            return super.read(buffer, offset, length);
        } catch (SocketException e) {
            if (socket.isClosed()) {
                throw e; // by ourselves
            }
            EOFException ended = new EOFException("The daemon ended the connection in the middle of its answer.");
            ended.initCause(e);
            throw ended;
        }
    }
}
