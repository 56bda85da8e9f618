package io.sistemo.guest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/** The file formats of ed25519 private keys. */
final class SshKeyFormats {
    private static final byte[] TYPE = ascii("ssh-ed25519");
    private static final String OPENSSH_BEGIN = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private static final String OPENSSH_END = "-----END OPENSSH PRIVATE KEY-----";
    private static final byte[] OPENSSH_MAGIC = ascii("openssh-key-v1\0");
    private static final int OPENSSH_LINE_CHARACTERS = 70;
    private static final int OPENSSH_BLOCK_BYTES = 8;

    private SshKeyFormats() {}

    /** As dropbear keeps its host keys (ed25519.c of dropbear 2020 and later): the type, then seed and public half as one string. */
    static byte[] dropbear(HostKey key) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        string(bytes, TYPE);
        string(bytes, seedAndPublic(key));
        return bytes.toByteArray();
    }

    /** As {@code ssh -i} reads it (PROTOCOL.key of OpenSSH), without a passphrase. */
    static String openSsh(HostKey key, String comment) {
        ByteArrayOutputStream secret = new ByteArrayOutputStream();
        // Two equal numbers, by which a reader sees that it decrypted well; nothing is encrypted here.
        secret.writeBytes(new byte[8]);
        string(secret, TYPE);
        string(secret, publicBytes(key));
        string(secret, seedAndPublic(key));
        string(secret, comment.getBytes(StandardCharsets.UTF_8));
        for (int pad = 1; secret.size() % OPENSSH_BLOCK_BYTES != 0; pad++) {
            secret.write(pad);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(OPENSSH_MAGIC);
        string(bytes, ascii("none"));
        string(bytes, ascii("none"));
        string(bytes, new byte[0]);
        number(bytes, 1);
        string(bytes, key.publicKey().wireFormat());
        string(bytes, secret.toByteArray());
        Base64.Encoder base64 = Base64.getMimeEncoder(OPENSSH_LINE_CHARACTERS, ascii("\n"));
        return OPENSSH_BEGIN + "\n" + base64.encodeToString(bytes.toByteArray()) + "\n" + OPENSSH_END + "\n";
    }

    /**
     * The public half of an OpenSSH private key without a passphrase, of this type.
     *
     * @throws IllegalArgumentException when the text is something else
     */
    static HostKey.Public publicOf(String openSshPrivateKey) {
        String text = openSshPrivateKey.strip();
        if (!text.startsWith(OPENSSH_BEGIN) || !text.endsWith(OPENSSH_END)) {
            throw new IllegalArgumentException("not a private key in OpenSSH's format");
        }
        String body = text.substring(OPENSSH_BEGIN.length(), text.length() - OPENSSH_END.length());
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getMimeDecoder().decode(body));
        byte[] magic = new byte[OPENSSH_MAGIC.length];
        try {
            bytes.get(magic);
            boolean plain = new String(string(bytes), StandardCharsets.US_ASCII).equals("none");
            string(bytes);
            string(bytes);
            boolean single = bytes.getInt() == 1;
            ByteBuffer wire = ByteBuffer.wrap(string(bytes));
            boolean ed25519 = ByteBuffer.wrap(string(wire)).equals(ByteBuffer.wrap(TYPE));
            if (plain && single && ed25519) {
                return new HostKey.Public(HexFormat.of().formatHex(string(wire)));
            }
        } catch (java.nio.BufferUnderflowException e) {
            throw new IllegalArgumentException("a private key that is cut short", e);
        }
        throw new IllegalArgumentException("not an ed25519 key without a passphrase");
    }

    private static byte[] seedAndPublic(HostKey key) {
        return HexFormat.of().parseHex(key.seedHex() + key.publicKey().hex());
    }

    private static byte[] publicBytes(HostKey key) {
        return HexFormat.of().parseHex(key.publicKey().hex());
    }

    private static void string(ByteArrayOutputStream bytes, byte[] value) {
        number(bytes, value.length);
        bytes.writeBytes(value);
    }

    private static void number(ByteArrayOutputStream bytes, int value) {
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    private static byte[] string(ByteBuffer bytes) {
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new java.nio.BufferUnderflowException();
        }
        byte[] value = new byte[length];
        bytes.get(value);
        return value;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
