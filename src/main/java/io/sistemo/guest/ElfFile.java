package io.sistemo.guest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What we need to know of a 64-bit little-endian ELF file, read without running anything (elf(5)). Reading a damaged
 * file throws {@link IllegalArgumentException}.
 */
final class ElfFile {
    private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F', 2, 1};
    private static final int LOADED_SEGMENT = 1;
    private static final int DYNAMIC_SEGMENT = 2;
    private static final int INTERPRETER_SEGMENT = 3;
    private static final long NEEDED_TAG = 1;
    private static final long STRINGS_TAG = 5;

    private final ByteBuffer bytes;

    private ElfFile(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Whether the bytes begin like such a file. */
    static boolean isElf(byte[] content) {
        return content.length >= 64 && Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** Reads a file's content. */
    static ElfFile parse(byte[] content) {
        if (!isElf(content)) {
            throw new IllegalArgumentException("not a 64-bit little-endian ELF file");
        }
        return new ElfFile(ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** The names of the libraries that the file needs (DT_NEEDED), in their order; none for a static program. */
    List<String> neededLibraries() {
        return reading(() -> {
            List<String> names = new ArrayList<>();
            for (Segment dynamic : segments(DYNAMIC_SEGMENT)) {
                long strings = fileOffset(tag(dynamic, STRINGS_TAG).getFirst());
                tag(dynamic, NEEDED_TAG).forEach(offset -> names.add(text(Math.toIntExact(strings + offset))));
            }
            return names;
        });
    }

    /** The dynamic loader that the file names (PT_INTERP), as an absolute path. */
    Optional<String> interpreter() {
        return reading(() -> segments(INTERPRETER_SEGMENT).stream()
                .findFirst()
                .map(segment -> text(Math.toIntExact(segment.offset()))));
    }

    /** The NUL-ended texts of a section, empty when there is no such section. */
    List<String> texts(String sectionName) {
        return reading(() -> {
            int size = Short.toUnsignedInt(bytes.getShort(0x3a));
            int count = Short.toUnsignedInt(bytes.getShort(0x3c));
            int namesIndex = Short.toUnsignedInt(bytes.getShort(0x3e));
            long table = bytes.getLong(0x28);
            int names = Math.toIntExact(bytes.getLong(Math.toIntExact(table + (long) namesIndex * size + 0x18)));
            for (int i = 0; i < count; i++) {
                int header = Math.toIntExact(table + (long) i * size);
                if (text(names + bytes.getInt(header)).equals(sectionName)) {
                    return texts(bytes.getLong(header + 0x18), bytes.getLong(header + 0x20));
                }
            }
            return List.of();
        });
    }

    private List<String> texts(long offset, long length) {
        List<String> found = new ArrayList<>();
        int position = Math.toIntExact(offset);
        int end = Math.toIntExact(offset + length);
        while (position < end) {
            String text = text(position);
            if (!text.isEmpty()) {
                found.add(text);
            }
            position += text.getBytes(StandardCharsets.UTF_8).length + 1;
        }
        return found;
    }

    private List<Segment> segments(int type) {
        List<Segment> found = new ArrayList<>();
        long table = bytes.getLong(0x20);
        int size = Short.toUnsignedInt(bytes.getShort(0x36));
        int count = Short.toUnsignedInt(bytes.getShort(0x38));
        for (int i = 0; i < count; i++) {
            int header = Math.toIntExact(table + (long) i * size);
            if (bytes.getInt(header) == type) {
                found.add(new Segment(
                        bytes.getLong(header + 8), bytes.getLong(header + 0x10), bytes.getLong(header + 0x20)));
            }
        }
        return found;
    }

    /** The values of a tag in the dynamic segment, which is pairs of tag and value up to tag 0. */
    private List<Long> tag(Segment dynamic, long wanted) {
        List<Long> values = new ArrayList<>();
        int position = Math.toIntExact(dynamic.offset());
        int end = Math.toIntExact(dynamic.offset() + dynamic.length());
        for (; position < end && bytes.getLong(position) != 0; position += 16) {
            if (bytes.getLong(position) == wanted) {
                values.add(bytes.getLong(position + 8));
            }
        }
        return values;
    }

    /** Where in the file lies what is loaded at an address. */
    private long fileOffset(long address) {
        return segments(LOADED_SEGMENT).stream()
                .filter(segment -> address >= segment.address() && address < segment.address() + segment.length())
                .findFirst()
                .map(segment -> address - segment.address() + segment.offset())
                .orElseThrow(() -> new IllegalArgumentException("an address outside of the ELF file"));
    }

    private String text(int offset) {
        int end = offset;
        while (bytes.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - offset];
        bytes.get(offset, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static <T> T reading(java.util.function.Supplier<T> work) {
        try {
            return work.get();
        } catch (IndexOutOfBoundsException | ArithmeticException | java.util.NoSuchElementException e) {
            throw new IllegalArgumentException("a damaged ELF file", e);
        }
    }

    /** A part of the file that is loaded to an address. */
    private record Segment(long offset, long address, long length) {}
}
