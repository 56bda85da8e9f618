package io.sistemo.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A machine's initramfs: its own archive and the shared one, one behind the other. */
public final class Initramfs {
    private Initramfs() {}

    /**
     * Writes both into a file readable by its owner alone (it holds the guest's host key), which is put in place whole.
     * The machine's archive comes first: the kernel does not find it behind a packed one with every packer.
     *
     * @param machineArchive of {@link BootArchive#render}
     * @param baseArchive of {@link BaseInitramfs#build}
     */
    public static void join(byte[] machineArchive, Path baseArchive, Path target) throws IOException {
        Path temporary = Files.createTempFile(target.toAbsolutePath().getParent(), ".initramfs", ".tmp");
        try {
            write(machineArchive, baseArchive, temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void write(byte[] machineArchive, Path baseArchive, Path file) throws IOException {
        try (FileChannel output = FileChannel.open(file, StandardOpenOption.WRITE);
                FileChannel base = FileChannel.open(baseArchive, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.wrap(machineArchive);
            while (bytes.hasRemaining()) {
                output.write(bytes);
            }
            long copied = 0;
            while (copied < base.size()) {
                copied += base.transferTo(copied, base.size() - copied, output);
            }
        }
    }
}
