package io.sistemo.api;

import java.util.Arrays;
import java.util.Optional;

/**
 * A binary message of {@code GET /machines/{id}/exec/stream}: one byte for the channel, then the payload. The conversation:
 * the client sends {@link ExecStart} as text, then frames of {@link Channel#STDIN} (an empty one means no more input) and
 * {@link Channel#RESIZE}; the server sends frames of {@link Channel#STDOUT} and {@link Channel#STDERR}, at last
 * {@link ExecExit} as text, and closes. A client that closes before hangs up on the command.
 *
 * @param channel what the payload is
 * @param payload the bytes; not copied, so the giver must not change them afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // frames are passed on at once and never compared
public record ExecFrame(Channel channel, byte[] payload) {
    /** Largest payload that may be sent in one frame, in bytes; a receiver refuses a larger one. */
    public static final int MAX_PAYLOAD_BYTES = 64 * 1024;

    /** What a frame's payload is. */
    public enum Channel {
        /** Client: input of the command; empty: no more. */
        STDIN(0),
        /** Server: standard output. */
        STDOUT(1),
        /** Server: standard error. */
        STDERR(2),
        /** Client: {@link ExecResize} as JSON. */
        RESIZE(4);

        private final int number;

        Channel(int number) {
            this.number = number;
        }

        /** The first byte of the message. */
        public int number() {
            return number;
        }

        /** The channel with this number, or empty for one that does not exist. */
        public static Optional<Channel> find(int number) {
            for (Channel channel : values()) {
                if (channel.number == number) {
                    return Optional.of(channel);
                }
            }
            return Optional.empty();
        }
    }

    /** A frame with a copy of part of a buffer. */
    public static ExecFrame of(Channel channel, byte[] buffer, int offset, int length) {
        return new ExecFrame(channel, Arrays.copyOfRange(buffer, offset, offset + length));
    }

    /** The message on the wire. */
    public byte[] encode() {
        byte[] message = new byte[payload.length + 1];
        message[0] = (byte) channel.number;
        System.arraycopy(payload, 0, message, 1, payload.length);
        return message;
    }

    /**
     * Reads a message.
     *
     * @throws IllegalArgumentException when it is empty, too large, or for a channel that does not exist
     */
    public static ExecFrame decode(byte[] message) {
        if (message.length == 0) {
            throw new IllegalArgumentException("An exec frame without a channel byte.");
        }
        if (message.length - 1 > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException("An exec frame of more than " + MAX_PAYLOAD_BYTES + " bytes.");
        }
        Channel channel = Channel.find(message[0] & 0xff)
                .orElseThrow(() -> new IllegalArgumentException(
                        "An exec frame for the unknown channel " + (message[0] & 0xff) + "."));
        return new ExecFrame(channel, Arrays.copyOfRange(message, 1, message.length));
    }
}
