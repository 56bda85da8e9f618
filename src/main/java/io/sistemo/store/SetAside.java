package io.sistemo.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Puts another database in the place of one that cannot be used. The old file is renamed together with its write-ahead log
 * and that one's index, so that SQLite still finds them beside each other; nothing is deleted.
 */
public final class SetAside {
    private static final List<String> PARTS = List.of("", "-wal", "-shm");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final DataDirectory directory;
    private final String stamp;

    /** A replacement at a moment, whose time stamp the files will bear. */
    public SetAside(DataDirectory directory, Instant now) {
        this.directory = directory;
        String wanted = STAMP.format(now);
        String free = wanted;
        for (int i = 2; taken(directory, free); i++) {
            free = wanted + "-" + i;
        }
        this.stamp = free;
    }

    private static boolean taken(DataDirectory directory, String stamp) {
        return exists(directory.rebuildReport(stamp))
                || PARTS.stream().anyMatch(part -> exists(Path.of(directory.uncleanDatabase(stamp) + part)));
    }

    private static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Where the report of this moment lies. */
    public Path report() {
        return directory.rebuildReport(stamp);
    }

    /** Where the old database will lie; empty when there is none. */
    public Optional<Path> oldFile() {
        return PARTS.stream().anyMatch(part -> exists(Path.of(directory.database() + part)))
                ? Optional.of(directory.uncleanDatabase(stamp))
                : Optional.empty();
    }

    /** Where the new database is made; what an interrupted attempt left there is removed. */
    public Path prepare() {
        try {
            for (String part : PARTS) {
                Files.deleteIfExists(Path.of(directory.newDatabase() + part));
            }
            return directory.newDatabase();
        } catch (IOException e) {
            throw new StoreException("what is left of " + directory.newDatabase() + " cannot be removed", e);
        }
    }

    /**
     * Renames the old files and then the new one, which is closed and whole. A crash in between leaves no database, and what
     * is missing then is made again.
     *
     * @throws StoreException when a file cannot be renamed
     */
    public void replace() {
        try {
            for (String part : PARTS) {
                Path old = Path.of(directory.database() + part);
                if (exists(old)) {
                    Files.move(old, Path.of(directory.uncleanDatabase(stamp) + part), StandardCopyOption.ATOMIC_MOVE);
                }
            }
            sync();
            Files.move(directory.newDatabase(), directory.database(), StandardCopyOption.ATOMIC_MOVE);
            sync();
        } catch (IOException e) {
            throw new StoreException("the database " + directory.database() + " cannot be set aside", e);
        }
    }

    private void sync() throws IOException {
        try (FileChannel channel = FileChannel.open(directory.root(), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
