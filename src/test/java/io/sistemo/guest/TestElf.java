package io.sistemo.guest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes ELF files that hold nothing but what {@link ElfFile} reads. */
final class TestElf {
    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;
    private static final int DATA = HEADER_BYTES + 3 * SEGMENT_BYTES;
    /** Where the file is loaded, so that addresses differ from offsets. */
    private static final long BASE = 0x400000;

    private TestElf() {}

    /** A program with a dynamic loader, or a library when the loader is empty. */
    static byte[] program(String loader, List<String> needed) {
        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        strings.write(0);
        ByteBuffer dynamic = ByteBuffer.allocate(16 * (needed.size() + 2)).order(ByteOrder.LITTLE_ENDIAN);
        for (String name : needed) {
            dynamic.putLong(1).putLong(strings.size());
            strings.writeBytes(text(name));
        }
        byte[] loaderText = text(loader);
        int dynamicAt = DATA + loaderText.length;
        int stringsAt = dynamicAt + dynamic.capacity();
        dynamic.putLong(5).putLong(BASE + stringsAt);
        ByteBuffer file = ByteBuffer.allocate(stringsAt + strings.size()).order(ByteOrder.LITTLE_ENDIAN);
        file.put(magic())
                .putLong(0x20, HEADER_BYTES)
                .putShort(0x36, (short) SEGMENT_BYTES)
                .putShort(0x38, (short) 3);
        segment(file, 0, 1, 0, file.capacity());
        segment(file, 1, loader.isEmpty() ? 0 : 3, DATA, loaderText.length);
        segment(file, 2, 2, dynamicAt, dynamic.capacity());
        file.put(DATA, loaderText).put(dynamicAt, dynamic.array()).put(stringsAt, strings.toByteArray());
        return file.array();
    }

    /** A kernel module with a list of what it depends on. */
    static byte[] module(String dependencies) {
        byte[] names = text("\0.shstrtab\0.modinfo");
        byte[] information = text("license=GPL\0depends=" + dependencies + "\0name=x");
        int informationAt = HEADER_BYTES + names.length;
        int table = informationAt + information.length;
        ByteBuffer file = ByteBuffer.allocate(table + 3 * 64).order(ByteOrder.LITTLE_ENDIAN);
        file.put(magic()).putLong(0x28, table);
        file.putShort(0x3a, (short) 64).putShort(0x3c, (short) 3).putShort(0x3e, (short) 1);
        file.put(HEADER_BYTES, names).put(informationAt, information);
        section(file, table + 64, 1, HEADER_BYTES, names.length);
        section(file, table + 128, 11, informationAt, information.length);
        return file.array();
    }

    private static byte[] magic() {
        return new byte[] {0x7f, 'E', 'L', 'F', 2, 1};
    }

    private static void segment(ByteBuffer file, int index, int type, int offset, int length) {
        int header = HEADER_BYTES + index * SEGMENT_BYTES;
        file.putInt(header, type).putLong(header + 8, offset).putLong(header + 0x10, BASE + offset);
        file.putLong(header + 0x20, length);
    }

    private static void section(ByteBuffer file, int header, int name, int offset, int length) {
        file.putInt(header, name).putLong(header + 0x18, offset).putLong(header + 0x20, length);
    }

    private static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }
}
