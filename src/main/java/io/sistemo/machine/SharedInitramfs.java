package io.sistemo.machine;

import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The initramfs that all machines share. Its digest is made once: the file does not change while a daemon holds the lock of
 * its data directory, and hashing megabytes at each start would be most of the work of a start.
 */
public final class SharedInitramfs {
    private final Host host;
    private final Path file;
    private Optional<String> digest = Optional.empty();

    /** An initramfs that is read when it is first needed. */
    public SharedInitramfs(Host host, Path file) {
        this.host = host;
        this.file = file;
    }

    /** Names its content. */
    synchronized String digest() {
        if (digest.isEmpty()) {
            digest = Optional.of(sha256(content()));
        }
        return digest.get();
    }

    /**
     * Its content.
     *
     * @throws HostException when it is missing or cannot be read
     */
    byte[] content() {
        return host.files()
                .read(file)
                .orElseThrow(() -> new HostException("the initramfs " + file + " is missing: run 'sistemo install'"));
    }

    /** In hexadecimal. */
    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
