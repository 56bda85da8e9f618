package io.sistemo.vmm.firecracker;

import io.sistemo.host.HostException;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.ProgramResult;
import io.sistemo.host.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Checks the two programs before anything is started with them. */
public final class FirecrackerPrograms {
    private static final Duration LONGEST = Duration.ofSeconds(10);
    /** The jailer takes no other program. */
    private static final String NAME = "firecracker";

    private static final int MACHINE_OFFSET = 18;
    private static final int X86_64 = 62;
    private static final int AARCH64 = 183;

    private FirecrackerPrograms() {}

    /**
     * Checks that both are there, run on this processor, are new enough and of one release.
     *
     * @throws HostException with one line that says what is wrong and what to do
     */
    public static FirecrackerVmm.Programs require(Programs programs, Path firecracker, Path jailer) {
        Path real = requireProgram(firecracker, "firecracker_path");
        if (!String.valueOf(real.getFileName()).contains(NAME)) {
            throw new HostException(
                    real + " must have '" + NAME + "' in its name, since the jailer takes no other program");
        }
        FirecrackerVersion version = requireVersion(programs, real);
        Path realJailer = requireProgram(jailer, "jailer_path");
        FirecrackerVersion jailerVersion = requireVersion(programs, realJailer);
        if (!jailerVersion.equals(version)) {
            throw new HostException(realJailer + " is version " + jailerVersion + " and " + real + " is " + version
                    + ": take both from one release");
        }
        return new FirecrackerVmm.Programs(real, realJailer, version);
    }

    /** The kernel would refuse it, and whoever starts programs might take it for a shell's then (execvp(3)). See elf(5). */
    private static void requireProcessor(Path program) {
        byte[] head;
        try (InputStream stream = Files.newInputStream(program)) {
            head = stream.readNBytes(MACHINE_OFFSET + 2);
        } catch (IOException e) {
            throw new HostException("cannot read " + program, e);
        }
        if (head.length < MACHINE_OFFSET + 2 || head[0] != 0x7f || head[1] != 'E' || head[2] != 'L' || head[3] != 'F') {
            return;
        }
        int machine = Byte.toUnsignedInt(head[MACHINE_OFFSET]) + 256 * Byte.toUnsignedInt(head[MACHINE_OFFSET + 1]);
        String here = System.getProperty("os.arch");
        if (machine != (here.equals("aarch64") ? AARCH64 : X86_64)) {
            throw new HostException(program + " is a program for another processor than this host's, " + here
                    + ": install the release for that");
        }
    }

    /** As the jailer does, without symbolic links. */
    private static Path requireProgram(Path program, String key) {
        if (!Files.isRegularFile(program)) {
            throw new HostException(
                    program + " is not there: run 'sistemo install', or set '" + key + "' in the configuration");
        }
        if (!Files.isExecutable(program)) {
            throw new HostException(program + " is not executable: chmod +x " + program);
        }
        requireProcessor(program);
        try {
            return program.toRealPath();
        } catch (IOException e) {
            throw new HostException("cannot look at " + program, e);
        }
    }

    private static FirecrackerVersion requireVersion(Programs programs, Path program) {
        ProgramResult result;
        try {
            result =
                    programs.run(ProgramCall.of(program.toString(), "--version").withTimeout(LONGEST));
        } catch (HostException e) {
            // A program that hangs, or that nobody may run here.
            throw new HostException(
                    program + " does not run here: " + OneLine.of(String.valueOf(e.getMessage()), ""), e);
        }
        if (result.exitCode() != 0) {
            throw new HostException(program + " does not tell its version: it ended with exit code " + result.exitCode()
                    + ", " + OneLine.of(result.errors(), "and said nothing"));
        }
        FirecrackerVersion version = FirecrackerVersion.ofPrinted(program.toString(), result.output());
        version.requireSupported(program.toString());
        return version;
    }
}
