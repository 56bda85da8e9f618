package io.sistemo.api;

import java.util.Arrays;

/**
 * SHA-1 (FIPS 180-4), which a WebSocket's handshake asks for and nothing relies on: it shows that the peer speaks the
 * protocol, not who it is. The JDK's own is behind its security providers, which a command would spend more time on than on
 * its connection. To be used for nothing else.
 */
final class Sha1 {
    private static final int BLOCK_BYTES = 64;
    private static final int LENGTH_BYTES = 8;
    private static final int ROUNDS = 80;

    private final int[] state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    private final int[] words = new int[ROUNDS];

    private Sha1() {}

    /** The 20 bytes of the digest. */
    static byte[] digest(byte[] message) {
        Sha1 sha1 = new Sha1();
        byte[] padded = padded(message);
        for (int at = 0; at < padded.length; at += BLOCK_BYTES) {
            sha1.add(padded, at);
        }
        byte[] digest = new byte[sha1.state.length * Integer.BYTES];
        for (int i = 0; i < digest.length; i++) {
            digest[i] = (byte) (sha1.state[i / Integer.BYTES] >>> (24 - 8 * (i % Integer.BYTES)));
        }
        return digest;
    }

    /** The message, a bit, zeroes, and at the end of a block its length in bits. */
    private static byte[] padded(byte[] message) {
        int blocks = (message.length + 1 + LENGTH_BYTES + BLOCK_BYTES - 1) / BLOCK_BYTES;
        byte[] padded = Arrays.copyOf(message, blocks * BLOCK_BYTES);
        padded[message.length] = (byte) 0x80;
        long bits = 8L * message.length;
        for (int i = 1; i <= LENGTH_BYTES; i++) {
            padded[padded.length - i] = (byte) bits;
            bits >>>= 8;
        }
        return padded;
    }

    private void add(byte[] bytes, int at) {
        for (int i = 0; i < 16; i++) {
            int word = 0;
            for (int j = 0; j < Integer.BYTES; j++) {
                word = (word << 8) | (bytes[at + i * Integer.BYTES + j] & 0xff);
            }
            words[i] = word;
        }
        for (int i = 16; i < ROUNDS; i++) {
            words[i] = Integer.rotateLeft(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
        }
        int a = state[0];
        int b = state[1];
        int c = state[2];
        int d = state[3];
        int e = state[4];
        for (int i = 0; i < ROUNDS; i++) {
            int next = Integer.rotateLeft(a, 5) + mixed(i, b, c, d) + e + words[i];
            e = d;
            d = c;
            c = Integer.rotateLeft(b, 30);
            b = a;
            a = next;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }

    /** The round's function of three words, and its constant. */
    private static int mixed(int round, int b, int c, int d) {
        if (round < 20) {
            return ((b & c) | (~b & d)) + 0x5a827999;
        }
        if (round < 40) {
            return (b ^ c ^ d) + 0x6ed9eba1;
        }
        if (round < 60) {
            return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
        }
        return (b ^ c ^ d) + 0xca62c1d6;
    }
}
