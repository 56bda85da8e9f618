package com.jcraft.jsch;

import java.io.IOException;

/**
 * Puts a channel's receive window (RFC 4254 §5.2) into the hands of whoever reads the channel.
 *
 * <p>The library grants new window when it has handed data on, and so must block the connection's only reading thread when
 * one command's reader is slow: every other command of that guest would stall behind it. With this class the data go into a
 * bounded buffer, and the window is granted when they are taken out of it. It stands in the library's package because
 * nothing public reaches the window; docs/decisions/0004-ssh-client.md says what to check when the library is updated.
 */
public final class ChannelWindow {
    private static final int PACKET_BYTES = 100;

    private ChannelWindow() {}

    /** Sets how much the guest may send before it is granted more; only before the channel is connected. */
    public static void limit(Channel channel, int bytes) {
        channel.setLocalWindowSizeMax(bytes);
        channel.setLocalWindowSize(bytes);
    }

    /**
     * Keeps the library from granting window for received data; only to be called in the connection's thread, from the
     * stream that takes the data. The library subtracts the same number afterwards.
     */
    public static void hold(Channel channel, int bytes) {
        channel.setLocalWindowSize(channel.lwsize + bytes);
    }

    /**
     * Lets the guest send more.
     *
     * @throws IOException when the connection is lost
     */
    public static void grant(Channel channel, int bytes) throws IOException {
        if (channel.close || channel.eof_remote) {
            return;
        }
        Buffer buffer = new Buffer(PACKET_BYTES);
        Packet packet = new Packet(buffer);
        packet.reset();
        buffer.putByte((byte) Channel.SSH_MSG_CHANNEL_WINDOW_ADJUST);
        buffer.putInt(channel.getRecipient());
        buffer.putInt(bytes);
        try {
            channel.getSession().write(packet);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the connection to the guest is lost", e);
        }
    }
}
