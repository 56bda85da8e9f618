package io.sistemo.api;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Frames of RFC 6455 section 5, from the client's side: what is sent is masked, what comes must not be. */
final class WebSocketFrames {
    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private static final int FINAL_BIT = 0x80;
    private static final int MASK_BIT = 0x80;
    private static final int MAX_CONTROL_BYTES = 125;

    private WebSocketFrames() {}

    /**
     * One frame.
     *
     * @param last whether the message ends with it
     * @param opcode one of the constants above, or one that we do not know
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on at once and never compared
    record Frame(boolean last, int opcode, byte[] payload) {
        boolean control() {
            return (opcode & 0x8) != 0;
        }
    }

    /** A whole message in one masked frame. */
    static byte[] encode(int opcode, byte[] payload, byte[] mask) {
        int length = payload.length;
        int extended = length < 126 ? 0 : length < 65536 ? 2 : 8;
        byte[] frame = new byte[2 + extended + 4 + length];
        frame[0] = (byte) (FINAL_BIT | opcode);
        frame[1] = (byte) (MASK_BIT | (extended == 0 ? length : extended == 2 ? 126 : 127));
        for (int i = 0; i < extended; i++) {
            frame[2 + i] = (byte) ((long) length >>> (8 * (extended - 1 - i)));
        }
        int at = 2 + extended;
        System.arraycopy(mask, 0, frame, at, 4);
        at += 4;
        for (int i = 0; i < length; i++) {
            frame[at + i] = (byte) (payload[i] ^ mask[i & 3]);
        }
        return frame;
    }

    /**
     * Waits for a frame.
     *
     * @throws EOFException when the peer closed the connection
     * @throws IOException when it is not a legal frame of a server, or too large
     */
    static Frame read(InputStream stream, int maxBytes) throws IOException {
        try {
            return read(new DataInputStream(stream), maxBytes);
        } catch (EOFException e) {
            throw new EOFException("The daemon closed the connection.");
        }
    }

    private static Frame read(DataInputStream in, int maxBytes) throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        boolean last = (first & FINAL_BIT) != 0;
        int opcode = first & 0x0f;
        if ((first & 0x70) != 0 || (second & MASK_BIT) != 0) {
            throw new IOException("The daemon sent a WebSocket frame that is not legal.");
        }
        long length = second & 0x7f;
        boolean control = (opcode & 0x8) != 0;
        if (control && (length > MAX_CONTROL_BYTES || !last)) {
            throw new IOException("The daemon sent a WebSocket frame that is not legal.");
        }
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        if (length < 0 || length > maxBytes) {
            throw new IOException("The daemon sent a WebSocket frame of more than " + maxBytes + " bytes.");
        }
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        return new Frame(last, opcode, payload);
    }
}
