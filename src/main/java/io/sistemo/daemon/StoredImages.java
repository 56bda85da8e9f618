package io.sistemo.daemon;

import io.sistemo.host.BootId;
import io.sistemo.host.HostException;
import io.sistemo.host.LinuxDisks;
import io.sistemo.host.LinuxFiles;
import io.sistemo.host.LinuxHost;
import io.sistemo.host.LinuxPrograms;
import io.sistemo.image.ImageDigest;
import io.sistemo.image.ImageFile;
import io.sistemo.image.ImageFiles;
import io.sistemo.image.ImageTable;
import io.sistemo.image.Images;
import io.sistemo.image.StoredImage;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.DataDirectory;
import io.sistemo.store.Database;
import io.sistemo.store.StoreException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** The images of a data directory that no daemon uses, for {@code sistemo install}. */
final class StoredImages implements InstallationImages {
    private final DataDirectoryLock lock;
    private final Database database;
    private final ImageFiles files;
    private final BootId bootId;

    private StoredImages(DataDirectoryLock lock, Database database, ImageFiles files, BootId bootId) {
        this.lock = lock;
        this.database = database;
        this.files = files;
        this.bootId = bootId;
    }

    /**
     * Takes the lock and opens the database.
     *
     * @throws io.sistemo.operation.Refusal WRONG_STATE while a daemon runs; FAILED when the database may not be opened or the
     *     disk fails
     */
    static StoredImages open(DataDirectory directory, BootId bootId) {
        DataDirectoryLock lock = DataDirectoryLock.acquire(directory);
        Optional<StoredImages> opened = Optional.empty();
        try {
            opened = Optional.of(openLocked(directory, bootId, lock));
            return opened.get();
        } catch (HostException | StoreException e) {
            throw new Refusal(RefusalCode.FAILED, "The image cannot be recorded: " + e.getMessage() + ".", e);
        } finally {
            if (opened.isEmpty()) {
                lock.close();
            }
        }
    }

    private static StoredImages openLocked(DataDirectory directory, BootId bootId, DataDirectoryLock lock) {
        Path bin = ProgramDirectory.prepare(directory, new LinuxFiles());
        Database database =
                DatabaseOpening.open(directory, new LinuxFiles(), () -> new LinuxHost(new LinuxPrograms(), bin));
        ImageFiles files = new ImageFiles(new LinuxDisks(), new LinuxFiles(), directory.images());
        boolean ready = false;
        try {
            Images.takeBackUnfinished(database, files);
            // Of a run before this one that died between a row and this.
            files.writeNames(database.read(ImageTable::all));
            ready = true;
            return new StoredImages(lock, database, files, bootId);
        } finally {
            if (!ready) {
                database.close();
            }
        }
    }

    @Override
    public Optional<ImageFile> find(String tag) {
        return database.read(connection -> ImageTable.find(connection, tag))
                .flatMap(image -> files.find(new ImageDigest(image.digest().replaceFirst("^sha256:", ""))));
    }

    @Override
    public void intend(ImageDigest digest) {
        database.write(connection -> {
            Images.intend(connection, digest, bootId.value(), Optional.empty());
            return Boolean.TRUE;
        });
    }

    @Override
    public void record(String tag, String source, ImageFile image) {
        database.write(connection -> {
            Images.record(
                    connection,
                    new StoredImage(
                            tag,
                            image.digest().toString(),
                            image.sizeBytes(),
                            image.superblock().uuid().toString(),
                            source,
                            Instant.now()),
                    bootId.value());
            return Boolean.TRUE;
        });
        files.writeNames(database.read(ImageTable::all));
    }

    @Override
    public void close() {
        database.close();
        lock.close();
    }
}
