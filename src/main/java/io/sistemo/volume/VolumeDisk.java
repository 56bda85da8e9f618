package io.sistemo.volume;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.DamagedFilesystemException;
import io.sistemo.host.DiskFacts;
import io.sistemo.host.Filesystems;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.PartialFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** A volume's file and its sidecar. Durable: only a committed doom lets it be released. */
public final class VolumeDisk implements HostResource {
    /** How the names of disks end. */
    static final String SUFFIX = ".raw";

    /** How the names of what lies beside them end. */
    static final String SIDECAR_SUFFIX = ".json";

    private static final int OWNER_ONLY = 0600;

    private final Host host;
    private final Volume volume;
    private final Path directory;
    private final DiskSource source;

    /**
     * The disk of a volume.
     *
     * @param directory where volumes lie
     * @param source where it comes from when it is not whole
     */
    public VolumeDisk(Host host, Volume volume, Path directory, DiskSource source) {
        this.host = host;
        this.volume = volume;
        this.directory = directory;
        this.source = source;
    }

    /** Names a volume's disk in the ledger. */
    public static ResourceKey key(VolumeId id) {
        return new ResourceKey(ClaimKind.DISK, id.toString());
    }

    /** The disk's file. */
    public Path file() {
        return file(directory, volume.id());
    }

    /** The file of a volume's disk in the directory of volumes. */
    static Path file(Path directory, VolumeId id) {
        return directory.resolve(id + SUFFIX);
    }

    private Path sidecar() {
        return sidecar(directory, volume.id());
    }

    /** What lies beside the file of a volume's disk. */
    static Path sidecar(Path directory, VolumeId id) {
        return directory.resolve(id + SIDECAR_SUFFIX);
    }

    /** The label of a volume's file system: as much of its name as fits. */
    static String label(String name) {
        return name.substring(0, Math.min(name.length(), Filesystems.LONGEST_LABEL_BYTES));
    }

    @Override
    public ResourceKey key() {
        return key(volume.id());
    }

    /** A disk that is shorter than the volume has lost something, or has not grown yet; nor is it whole with an old sidecar. */
    @Override
    public Observation observe() {
        Optional<DiskFacts> disk = host.disks().find(file());
        Optional<byte[]> described = host.files().read(sidecar());
        if (disk.isEmpty()) {
            // What was cut short has left only its temporary files, which must go too.
            boolean begun = described.isPresent() || isBegun(file()) || isBegun(sidecar());
            return begun ? Observation.PARTIAL : Observation.ABSENT;
        }
        boolean whole = described
                        .filter(content ->
                                Arrays.equals(content, VolumeSidecar.of(volume).toBytes()))
                        .isPresent()
                && disk.get().sizeBytes() >= volume.sizeBytes();
        return whole ? Observation.PRESENT : Observation.PARTIAL;
    }

    private boolean isBegun(Path target) {
        return host.disks().find(PartialFile.of(target)).isPresent();
    }

    /** The file first, so that a sidecar never describes a disk that was not there. */
    @Override
    public void ensure() {
        switch (source) {
            case DiskSource.ImageClone clone -> cloneImage(clone.image());
            case DiskSource.EmptyFilesystem empty ->
                host.filesystems().make(file(), volume.sizeBytes(), filesystemUuid(), label(volume.name()));
            case DiskSource.Copy copy -> copy(copy.original());
            case DiskSource.Received received ->
                new VolumeArrival(host, volume, file()).take(received.upload(), received.watch());
            case DiskSource.Growth growth -> host.disks().extend(file(), volume.sizeBytes());
            case DiskSource.Existing existing -> requireWhole();
        }
        host.disks().assignOwner(file(), 0, OWNER_ONLY);
        host.files().writeAtomically(sidecar(), VolumeSidecar.of(volume).toBytes(), OWNER_ONLY, 0);
    }

    private void cloneImage(Path image) {
        try {
            copy(image);
        } catch (DamagedFilesystemException e) {
            throw new HostException(
                    "the image cannot be used, for " + e.getMessage()
                            + ": 'e2fsck -f' on the file that it was pulled from mends it, or tells that it cannot",
                    e);
        }
    }

    private void copy(Path original) {
        host.filesystems().makeFrom(original, file(), volume.sizeBytes(), filesystemUuid(), label(volume.name()));
    }

    private UUID filesystemUuid() {
        return UUID.fromString(volume.filesystemUuid());
    }

    private void requireWhole() {
        DiskFacts disk = host.disks()
                .find(file())
                .orElseThrow(() -> new HostException(
                        "the disk of the volume " + volume.name() + " is gone: put " + file() + " back"));
        if (disk.sizeBytes() < volume.sizeBytes()) {
            throw new HostException("the disk of the volume " + volume.name() + " has been cut short: it has "
                    + disk.sizeBytes() + " bytes of " + volume.sizeBytes() + ", put " + file() + " back");
        }
    }

    /** The sidecar last: while it is there, what is left of the file is known to be ours. */
    @Override
    public void release() {
        if (!volume.doomed()) {
            throw new HostException("the volume " + volume.name() + " is durable and nobody asked to delete it");
        }
        host.disks().delete(file());
        host.files().delete(sidecar());
    }
}
