package io.sistemo.daemon;

import io.sistemo.host.ProgramCall;
import io.sistemo.host.ProgramResult;
import io.sistemo.host.Programs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Stands in for mmdebstrap, mkfs.ext4 and a release of Firecracker: writes the few files that the steps look at. */
final class PaperArchive implements Programs {
    int runs;
    boolean failing;

    @Override
    public ProgramResult run(ProgramCall call) {
        try {
            return switch (call.program()) {
                case "apt-config" -> new ProgramResult(0, "", "");
                case "mmdebstrap" -> bootstrap(call);
                case "mkfs.ext4" -> makeFilesystem(Path.of(call.command().getLast()));
                case "tar" -> PaperRelease.tar(call);
                default -> PaperRelease.version(call);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProgramResult bootstrap(ProgramCall call) throws IOException {
        runs++;
        Path tree = Path.of(call.command().get(call.command().size() - 2));
        Files.createDirectories(tree.resolve("etc/apt/sources.list.d"));
        if (failing) {
            return new ProgramResult(25, "", "E: Failed to fetch http://x/InRelease  Could not connect\n");
        }
        if (call.command().contains("--variant=extract")) {
            Files.createDirectories(tree.resolve("boot"));
            Files.writeString(tree.resolve("boot/vmlinuz-6.1.0-9-cloud-amd64"), "kernel image");
            Files.createDirectories(tree.resolve("var/cache/apt/archives"));
            Files.createFile(tree.resolve("var/cache/apt/archives/busybox-static_1%3a1.36-1_amd64.deb"));
        } else {
            Files.createDirectories(tree.resolve("etc/ssh"));
            Files.createDirectories(tree.resolve("etc/dpkg/dpkg.cfg.d"));
            Files.createDirectories(tree.resolve("etc/systemd/system/multi-user.target.wants"));
        }
        return new ProgramResult(0, "", "");
    }

    private static ProgramResult makeFilesystem(Path file) throws IOException {
        ByteBuffer superblock = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        superblock.putInt(0x4, 100).putInt(0xC, 50).putInt(0x18, 2).putShort(0x38, (short) 0xEF53);
        superblock.putInt(0x4C, 1).putInt(0x60, 0x40).putLong(0x68, 1);
        // No two builds are equal.
        superblock.putLong(0x70, System.nanoTime());
        try (RandomAccessFile output = new RandomAccessFile(file.toFile(), "rw")) {
            // As many blocks as it says; not as many as a real one has, for each is hashed again and again.
            output.setLength(100 * 4096);
            output.seek(1024);
            output.write(superblock.array());
        }
        return new ProgramResult(0, "", "");
    }
}
