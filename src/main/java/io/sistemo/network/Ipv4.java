package io.sistemo.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * An IPv4 address.
 *
 * @param value its 32 bits as an unsigned number, 0 to 2^32 - 1
 */
public record Ipv4(long value) {
    private static final long LARGEST = 0xffff_ffffL;
    private static final int OCTETS = 4;
    private static final int LARGEST_OCTET = 255;
    private static final int LOOPBACK_NET = 127;

    /** Checks the range. */
    public Ipv4 {
        if (value < 0 || value > LARGEST) {
            throw new IllegalArgumentException("not an IPv4 address: " + value);
        }
    }

    /**
     * Parses four decimal numbers with dots.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public static Ipv4 parse(String text) {
        java.util.List<String> parts = java.util.Arrays.asList(text.split("\\.", -1));
        if (parts.size() != OCTETS) {
            throw new IllegalArgumentException("not an IPv4 address: " + text);
        }
        long value = 0;
        for (String part : parts) {
            if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > LARGEST_OCTET) {
                throw new IllegalArgumentException("not an IPv4 address: " + text);
            }
            value = value << 8 | Integer.parseInt(part);
        }
        return new Ipv4(value);
    }

    /** Whether it is one of 127.0.0.0/8, which no other host can be reached by. */
    public boolean isLoopback() {
        return value >> 24 == LOOPBACK_NET;
    }

    /** The hardware address of the machine that has this address: locally administered, unique in its network. */
    public String macAddress() {
        return String.format(
                Locale.ROOT,
                "52:54:%02x:%02x:%02x:%02x",
                value >> 24 & 0xff,
                value >> 16 & 0xff,
                value >> 8 & 0xff,
                value & 0xff);
    }

    /** The same for the standard library. */
    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(
                    new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an IPv4 address", e);
        }
    }

    @Override
    public String toString() {
        return (value >> 24 & 0xff) + "." + (value >> 16 & 0xff) + "." + (value >> 8 & 0xff) + "." + (value & 0xff);
    }
}
