package io.sistemo.daemon;

import io.sistemo.host.ProgramCall;
import io.sistemo.host.ProgramResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A release of Firecracker on paper: programs that are the head of an ELF file and what they say to {@code --version}. */
final class PaperRelease {
    private static final int HEAD_BYTES = 64;
    private static final int X86_64 = 62;
    private static final int AARCH64 = 183;

    private PaperRelease() {}

    /** Writes an archive, of whose content only the checksum matters, and wishes for it. */
    static FirecrackerWish wish(Path directory) {
        try {
            Path archive = directory.resolve("release.tgz");
            Files.writeString(archive, "an archive");
            return new FirecrackerWish.Required(
                    Optional.of(archive.toString()), Optional.of(InstallationAssets.sha256(archive)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What tar does with such an archive. */
    static ProgramResult tar(ProgramCall call) throws IOException {
        String processor = System.getProperty("os.arch", "").replace("amd64", "x86_64");
        List<String> command = call.command();
        if (command.contains("--list")) {
            return new ProgramResult(
                    0,
                    "release-v1.16.1/\nrelease-v1.16.1/firecracker-v1.16.1-%1$s\nrelease-v1.16.1/firecracker-v1.16.1-%1$s.debug\nrelease-v1.16.1/jailer-v1.16.1-%1$s\n"
                            .formatted(processor),
                    "");
        }
        String member = command.getLast();
        Path file = Path.of(command.get(command.indexOf("--directory") + 1)).resolve(member);
        Files.createDirectories(file.getParent());
        String name = member.contains("jailer") ? "Jailer" : "Firecracker";
        Files.write(file, program(processor.equals("x86_64") ? X86_64 : AARCH64, name + " v1.16.1\n"));
        return new ProgramResult(0, "", "");
    }

    /** The head of an ELF file, and text. */
    static byte[] program(int machine, String says) {
        byte[] text = says.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEAD_BYTES + text.length)
                .putInt(0x7f454c46)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(18, (short) machine)
                .position(HEAD_BYTES)
                .put(text)
                .array();
    }

    /** What such a program says. */
    static ProgramResult version(ProgramCall call) throws IOException {
        if (!call.command().getLast().equals("--version")) {
            throw new IllegalArgumentException(call.program());
        }
        String content = Files.readString(Path.of(call.program()), StandardCharsets.ISO_8859_1);
        return new ProgramResult(0, content.substring(HEAD_BYTES), "");
    }
}
