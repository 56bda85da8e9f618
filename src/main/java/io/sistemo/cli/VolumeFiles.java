package io.sistemo.cli;

import io.sistemo.api.Volume;
import io.sistemo.api.VolumeContent;
import io.sistemo.api.VolumeFile;
import io.sistemo.cli.Command.Arguments;
import io.sistemo.cli.Command.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code sistemo volume export} and {@code import}: files of the user's, read and written with the user's rights alone. */
final class VolumeFiles {
    static final Command EXPORT = new Command(
            "volume",
            "export",
            List.of(),
            "Write all that is on a volume to a new file, raw",
            """
            Its machine must be stopped. Zeroes become holes. The file is there whole or not at all, and its SHA-256 is
            printed.""",
            new Arguments("NAME FILE", 2, 2, false, Kind.VOLUME),
            List.of(),
            List.of("sistemo volume export appdata appdata.raw"),
            VolumeFiles::send);

    static final Command IMPORT = new Command(
            "volume",
            "import",
            List.of(),
            "Make a volume of a file that holds an ext4 file system, raw",
            "The file is checked, and the volume's file system gets an id of its own. Ctrl-C leaves nothing.",
            new Arguments("FILE", 1, 1, false, Kind.WORD),
            List.of(CommandTable.IMPORT_NAME, CommandTable.ROLE, CommandTable.IMPORT_SHA256),
            List.of("sistemo volume import appdata.raw --name appdata2"),
            VolumeFiles::receive);

    private VolumeFiles() {}

    private static int send(Invocation invocation, Session session) throws IOException {
        String volume = invocation.arguments().getFirst();
        Path file = resolve(session, invocation.arguments().get(1));
        // Before the file is there: then no daemon that ends can make the export a failed one.
        Volume exported = session.client().volume(volume);
        VolumeFile done = new VolumeFile(exported, written(volume, file, session));
        if (session.json()) {
            session.printJson(done);
        } else {
            session.out().line(Printable.line(done.volume().name() + " exported to " + file));
            session.out().line("sha256 " + done.sha256());
        }
        return ExitCode.OK;
    }

    private static String written(String volume, Path file, Session session) throws IOException {
        AtomicBoolean interrupted = new AtomicBoolean();
        ExportedFile.requireFree(file);
        try (VolumeContent content = session.client().exportVolume(volume);
                var _ = Signals.handle("INT", () -> interrupt(content, interrupted));
                var _ = Signals.handle("TERM", () -> interrupt(content, interrupted));
                ExportedFile exported = ExportedFile.begin(file, content.sizeBytes());
                Progress progress = new Progress(session.terminal())) {
            byte[] buffer = new byte[ExportedFile.BUFFER_BYTES];
            int count = content.read(buffer);
            for (long total = count; count > 0; total += count) {
                exported.write(buffer, count);
                progress.show("exporting", total, content.sizeBytes());
                count = content.read(buffer);
            }
            return exported.finish();
        } catch (IOException e) {
            if (interrupted.get()) {
                throw new CommandFailed("Interrupted: nothing was kept.", ExitCode.INTERRUPTED, e);
            }
            if (e instanceof EOFException) {
                throw cutOff("export", e);
            }
            throw e;
        }
    }

    private static CommandFailed cutOff(String what, IOException cause) {
        return new CommandFailed(
                "The " + what + " was cut off in the middle, and nothing was kept. See: sistemo history",
                ExitCode.FAILED,
                cause);
    }

    private static void interrupt(VolumeContent content, AtomicBoolean interrupted) {
        interrupted.set(true);
        try {
            // Whoever reads it hears of that, and clears up.
            content.close();
        } catch (IOException e) {
            throw new IllegalStateException("a connection cannot be closed", e);
        }
    }

    private static int receive(Invocation invocation, Session session) throws IOException {
        String given = invocation.arguments().getFirst();
        Path file = resolve(session, given);
        if (!Files.isRegularFile(file)) {
            throw new CommandFailed(
                    (Files.exists(file) ? given + " is not a regular file" : "There is no file " + given)
                            + ": name a file that holds an ext4 file system.",
                    ExitCode.FAILED);
        }
        String name = invocation.find(CommandTable.IMPORT_NAME).orElseGet(() -> nameOf(file));
        VolumeFile done = sent(file, name, query(invocation), session);
        if (session.json()) {
            session.printJson(done);
        } else {
            session.out().line(Printable.line(done.volume().name() + " imported"));
            session.out().line("sha256 " + done.sha256());
        }
        return ExitCode.OK;
    }

    private static Map<String, String> query(Invocation invocation) {
        Map<String, String> query = new HashMap<>();
        invocation.find(CommandTable.ROLE).ifPresent(role -> query.put("role", role));
        invocation.find(CommandTable.IMPORT_SHA256).ifPresent(sha256 -> query.put("sha256", sha256));
        return query;
    }

    private static VolumeFile sent(Path file, String name, Map<String, String> query, Session session)
            throws IOException {
        long bytes = Files.size(file);
        try (InputStream stream = Files.newInputStream(file);
                Progress progress = new Progress(session.terminal())) {
            long[] total = new long[1];
            return session.client().importVolume(name, query, bytes, buffer -> {
                int count = stream.read(buffer);
                if (count < 0) {
                    throw new CommandFailed(
                            file + " became shorter while it was read: try again when nothing writes to it.",
                            ExitCode.FAILED);
                }
                total[0] += count;
                progress.show(total[0] < bytes ? "importing" : "checking", Math.min(total[0], bytes), bytes);
                return count;
            });
        } catch (EOFException e) {
            throw cutOff("import", e);
        }
    }

    private static Path resolve(Session session, String file) {
        return session.terminal().workingDirectory().resolve(file).normalize();
    }

    private static String nameOf(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
