package io.sistemo.guest;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A guest's ed25519 host key, made on the host so that every client of ours knows it before the first connection.
 *
 * @param seedHex the 32 secret bytes (RFC 8032), in hexadecimal
 * @param publicKey the public half
 */
public record HostKey(String seedHex, Public publicKey) {
    private static final int KEY_BYTES = 32;

    /**
     * The public half.
     *
     * @param hex its 32 bytes (RFC 8032), in hexadecimal
     */
    public record Public(String hex) {
        /** The key as OpenSSH writes it in known_hosts and authorized_keys: type and base64, no comment. */
        public String openSshLine() {
            return "ssh-ed25519 " + Base64.getEncoder().encodeToString(wireFormat());
        }

        /** The key as it travels in the protocol (RFC 8709). */
        public byte[] wireFormat() {
            return HexFormat.of().parseHex("0000000b7373682d6564323535313900000020" + hex);
        }
    }

    /** Makes a new key. */
    public static HostKey generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            return new HostKey(HexFormat.of().formatHex(seed), new Public(encode((EdECPublicKey) pair.getPublic())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    /** The key in the PKCS#8 form that {@link java.security.KeyFactory} takes: a fixed head (RFC 8410) and the seed. */
    public byte[] pkcs8() {
        return HexFormat.of().parseHex("302e020100300506032b657004220420" + seedHex);
    }

    /** RFC 8032: the y coordinate, little-endian, with the parity of x in the highest bit. */
    private static String encode(EdECPublicKey key) {
        byte[] bigEndian = key.getPoint().getY().toByteArray();
        byte[] encoded = new byte[KEY_BYTES];
        for (int i = 0; i < bigEndian.length && i < KEY_BYTES; i++) {
            encoded[i] = bigEndian[bigEndian.length - 1 - i];
        }
        if (key.getPoint().isXOdd()) {
            encoded[KEY_BYTES - 1] |= (byte) 0x80;
        }
        return HexFormat.of().formatHex(encoded);
    }
}
