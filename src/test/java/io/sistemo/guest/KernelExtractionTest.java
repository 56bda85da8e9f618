package io.sistemo.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sistemo.host.HostException;
import io.sistemo.host.LinuxPrograms;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelExtractionTest {
    private static final int BLOCK_BYTES = 8 << 20;

    @TempDir
    Path directory;

    @Test
    void unpacksWhatTheProgramsPack() throws Exception {
        byte[] kernel = elf(200_000);
        Path plain = Files.write(directory.resolve("plain"), kernel);
        Tool.run(new byte[0], "xz", "--check=crc32", "-k", plain.toString());
        Tool.run(new byte[0], "zstd", "-q", plain.toString());
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(gzip)) {
            stream.write(kernel);
        }

        assertThat(extracted(withSize(Files.readAllBytes(directory.resolve("plain.xz")), kernel)))
                .isEqualTo(kernel);
        assertThat(extracted(withSize(Files.readAllBytes(directory.resolve("plain.zst")), kernel)))
                .isEqualTo(kernel);
        assertThat(extracted(gzip.toByteArray())).isEqualTo(kernel);
        assertThat(extracted(withSize(lz4Literals(kernel), kernel))).isEqualTo(kernel);
    }

    @Test
    void unpacksLz4WithMatchesThatOverlapAndSeveralBlocks() {
        // "abcabcabcabcX": literals abc, a match of 9 at distance 3 (written 9 - 4 = 5), the literal X.
        byte[] block = {0x35, 'a', 'b', 'c', 3, 0, 0x10, 'X'};
        ByteBuffer packed = ByteBuffer.allocate(4 + 2 * (4 + block.length)).order(ByteOrder.LITTLE_ENDIAN);
        packed.putInt(LegacyLz4.MAGIC)
                .putInt(block.length)
                .put(block)
                .putInt(block.length)
                .put(block);

        assertThat(LegacyLz4.unpack(packed.array()))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("abcabcabcabcXabcabcabcabcX");
    }

    @Test
    void unpacksLz4WithLongLengths() {
        // 1 literal, then a match of 4 + 15 + 255 + 6 at distance 1.
        byte[] block = {0x1f, 'z', 1, 0, (byte) 255, 6, 0x10, '.'};
        ByteBuffer packed = ByteBuffer.allocate(8 + block.length).order(ByteOrder.LITTLE_ENDIAN);
        packed.putInt(LegacyLz4.MAGIC).putInt(block.length).put(block);

        assertThat(LegacyLz4.unpack(packed.array()))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("z".repeat(281) + ".");
    }

    @Test
    void refusesDamagedLz4WhateverTheDamage() {
        byte[] good = lz4Literals(elf(5_000));
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = Arrays.copyOf(good, 1 + random.nextInt(good.length));
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            try {
                assertThat(LegacyLz4.unpack(damaged).length).isLessThanOrEqualTo(2 * BLOCK_BYTES);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("LZ4");
            }
        }
    }

    @Test
    void takesAnElfFileAsItIs() throws Exception {
        Path source = Files.write(directory.resolve("mine"), elf(1_000));

        KernelExtraction.extract(source, directory.resolve("vmlinux"), new LinuxPrograms());

        assertThat(directory.resolve("vmlinux")).hasBinaryContent(elf(1_000));
    }

    @Test
    void saysInOneLineWhatIsWrongAndLeavesNothing() throws Exception {
        byte[] noElf = new byte[5_000];
        refuses("a text".getBytes(StandardCharsets.UTF_8), "neither an ELF file nor a bzImage");
        refuses(bzImage(withSize(lz4Literals(noElf), noElf)), "not an ELF file");
        refuses(bzImage(new byte[100]), "packed in a way that is not known here");
        byte[] whole = bzImage(lz4Literals(elf(9_000)));
        refuses(Arrays.copyOf(whole, whole.length - 1), "cut short");
        assertThat(directory.toFile().list()).containsExactly("vmlinuz");
    }

    private void refuses(byte[] source, String reason) throws Exception {
        Path vmlinuz = Files.write(directory.resolve("vmlinuz"), source);
        assertThatThrownBy(() -> KernelExtraction.extract(vmlinuz, directory.resolve("vmlinux"), new LinuxPrograms()))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("vmlinuz is not a kernel that can be used")
                .hasMessageContaining(reason)
                .hasMessageNotContaining("\n");
    }

    private byte[] extracted(byte[] payload) throws Exception {
        Path vmlinuz = Files.write(directory.resolve("vmlinuz"), bzImage(payload));
        Path vmlinux = directory.resolve("vmlinux");
        KernelExtraction.extract(vmlinuz, vmlinux, new LinuxPrograms());
        return Files.readAllBytes(vmlinux);
    }

    private static byte[] bzImage(byte[] payload) {
        ByteBuffer image =
                ByteBuffer.allocate(5 * 512 + 64 + payload.length + 100).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x1f1, (byte) 4).putInt(0x202, 0x53726448).putInt(0x248, 64).putInt(0x24c, payload.length);
        image.put(5 * 512 + 64, payload);
        return Arrays.copyOf(image.array(), 5 * 512 + 64 + payload.length);
    }

    private static byte[] withSize(byte[] packed, byte[] plain) {
        return ByteBuffer.allocate(packed.length + 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(packed)
                .putInt(plain.length)
                .array();
    }

    private static byte[] elf(int length) {
        byte[] content = new byte[length];
        new Random(1).nextBytes(content);
        byte[] magic = {0x7f, 'E', 'L', 'F', 2, 1};
        System.arraycopy(magic, 0, content, 0, magic.length);
        return content;
    }

    /** A frame of one block that is nothing but literals. */
    private static byte[] lz4Literals(byte[] plain) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0xf0);
        int rest = plain.length - 15;
        for (; rest >= 255; rest -= 255) {
            block.write(255);
        }
        block.write(rest);
        block.writeBytes(plain);
        return ByteBuffer.allocate(8 + block.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(LegacyLz4.MAGIC)
                .putInt(block.size())
                .put(block.toByteArray())
                .array();
    }
}
