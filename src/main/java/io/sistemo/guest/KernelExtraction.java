package io.sistemo.guest;

import io.sistemo.host.HostException;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.Programs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * Gets the kernel proper (an ELF file, which starts faster) out of a distribution's bzImage. Offsets are those of the
 * boot protocol, Linux Documentation/arch/x86/boot.rst.
 */
public final class KernelExtraction {
    private static final int SETUP_SECTORS = 0x1f1;
    private static final int HEADER_MAGIC = 0x202;
    private static final int PAYLOAD_OFFSET = 0x248;
    private static final int PAYLOAD_LENGTH = 0x24c;
    private static final int SECTOR_BYTES = 512;
    private static final int HDRS = 0x53726448;
    private static final int XZ_MAGIC = 0x587a37fd;
    private static final int ZSTD_MAGIC = 0xfd2fb528;
    private static final int GZIP_MAGIC = 0x8b1f;

    private KernelExtraction() {}

    /**
     * Writes the kernel to a file, which is put in place whole. A source that is an ELF file already is copied.
     *
     * @throws HostException when the source is neither, or is damaged, or its packer cannot be run
     */
    public static void extract(Path vmlinuz, Path vmlinux, Programs programs) throws IOException {
        Path scratch = Files.createTempDirectory(vmlinux.toAbsolutePath().getParent(), ".kernel");
        Path unpacked = scratch.resolve("vmlinux");
        try {
            byte[] source = Files.readAllBytes(vmlinuz);
            byte[] kernel = ElfFile.isElf(source) ? source : unpack(payload(source), scratch, programs);
            if (!ElfFile.isElf(kernel)) {
                throw new IllegalArgumentException("what it holds is not an ELF file");
            }
            Files.write(unpacked, kernel);
            Files.move(unpacked, vmlinux, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IllegalArgumentException e) {
            throw new HostException(vmlinuz + " is not a kernel that can be used: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(scratch.resolve("vmlinux.xz"));
            Files.deleteIfExists(scratch.resolve("vmlinux.zst"));
            Files.deleteIfExists(unpacked);
            Files.delete(scratch);
        }
    }

    /** The packed kernel inside a bzImage. */
    static byte[] payload(byte[] bzImage) {
        ByteBuffer image = ByteBuffer.wrap(bzImage).order(ByteOrder.LITTLE_ENDIAN);
        if (image.limit() < 2 * SECTOR_BYTES || image.getInt(HEADER_MAGIC) != HDRS) {
            throw new IllegalArgumentException("it is neither an ELF file nor a bzImage");
        }
        long start = (Byte.toUnsignedLong(image.get(SETUP_SECTORS)) + 1) * SECTOR_BYTES
                + Integer.toUnsignedLong(image.getInt(PAYLOAD_OFFSET));
        long end = start + Integer.toUnsignedLong(image.getInt(PAYLOAD_LENGTH));
        if (start + Integer.BYTES >= end || end > bzImage.length) {
            throw new IllegalArgumentException("the bzImage is cut short");
        }
        return Arrays.copyOfRange(bzImage, (int) start, (int) end);
    }

    /** Behind the packed bytes (except gzip's, which have it themselves) the build puts the unpacked size. */
    private static byte[] unpack(byte[] payload, Path scratch, Programs programs) throws IOException {
        int magic = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).getInt();
        byte[] packed = Arrays.copyOf(payload, payload.length - Integer.BYTES);
        return switch (magic) {
            case LegacyLz4.MAGIC -> LegacyLz4.unpack(packed);
            case XZ_MAGIC -> byProgram("xz", ".xz", packed, scratch, programs);
            case ZSTD_MAGIC -> byProgram("zstd", ".zst", packed, scratch, programs);
            default -> {
                if ((magic & 0xffff) != GZIP_MAGIC) {
                    throw new IllegalArgumentException("it is packed in a way that is not known here");
                }
                try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(payload))) {
                    yield stream.readAllBytes();
                }
            }
        };
    }

    private static byte[] byProgram(String program, String ending, byte[] packed, Path scratch, Programs programs)
            throws IOException {
        Path file = scratch.resolve("vmlinux" + ending);
        Files.write(file, packed);
        programs.require(ProgramCall.of(program, "-d", "-q", "--", file.toString()));
        return Files.readAllBytes(scratch.resolve("vmlinux"));
    }
}
