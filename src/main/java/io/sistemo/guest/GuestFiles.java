package io.sistemo.guest;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;

/** The files of the directory guest/, as they travel in the artifact. */
final class GuestFiles {
    /** The root of our sshd inside the initramfs; guest/init knows the same path. */
    static final String OWN_ROOT = "sistemo/root";

    /** What goes into {@link #OWN_ROOT}'s bin. */
    static final List<String> PROGRAMS =
            List.of("choose-init", "enter", "furnish", "in-image", "pid1", "power-off", "session", "supervise");

    /** All files. */
    static final List<String> ALL = List.of(
            "choose-init",
            "enter",
            "furnish",
            "in-image",
            "init",
            "modules",
            "modules-pci",
            "passwd",
            "pid1",
            "power-off",
            "session",
            "shells",
            "supervise");

    private GuestFiles() {}

    /** One file's content. */
    static byte[] read(String name) throws IOException {
        try (InputStream stream = Objects.requireNonNull(GuestFiles.class.getResourceAsStream(name), name)) {
            return stream.readAllBytes();
        }
    }
}
