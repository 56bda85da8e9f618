package io.sistemo.volume;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.DiskFacts;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.PartialFile;
import java.nio.file.Path;
import java.util.Optional;

/** A root volume's file and its sidecar. Durable: only a committed doom lets it be released. */
public final class VolumeDisk implements HostResource {
    private static final int OWNER_ONLY = 0600;

    private final Host host;
    private final Volume volume;
    private final Path directory;
    private final Optional<Path> image;

    /**
     * The disk of a volume.
     *
     * @param directory where volumes lie
     * @param image what it is cloned from when it is not there yet; empty when it must be there
     */
    public VolumeDisk(Host host, Volume volume, Path directory, Optional<Path> image) {
        this.host = host;
        this.volume = volume;
        this.directory = directory;
        this.image = image;
    }

    /** Names a volume's disk in the ledger. */
    public static ResourceKey key(VolumeId id) {
        return new ResourceKey(ClaimKind.DISK, id.toString());
    }

    /** The disk's file. */
    public Path file() {
        return directory.resolve(volume.id() + ".raw");
    }

    private Path sidecar() {
        return directory.resolve(volume.id() + ".json");
    }

    @Override
    public ResourceKey key() {
        return key(volume.id());
    }

    @Override
    public Observation observe() {
        Optional<DiskFacts> disk = host.disks().find(file());
        boolean described = host.files().read(sidecar()).isPresent();
        if (disk.isEmpty()) {
            // A clone that was cut short has left only its temporary file, which must go too.
            boolean begun =
                    described || host.disks().find(PartialFile.of(file())).isPresent();
            return begun ? Observation.PARTIAL : Observation.ABSENT;
        }
        return described ? Observation.PRESENT : Observation.PARTIAL;
    }

    /** The file first, so that a sidecar never describes a disk that was not there. */
    @Override
    public void ensure() {
        image.ifPresentOrElse(
                source -> host.disks().cloneImage(source, file(), volume.sizeBytes()), this::requirePresent);
        host.disks().assignOwner(file(), 0, OWNER_ONLY);
        host.files().writeAtomically(sidecar(), VolumeSidecar.of(volume).toBytes(), OWNER_ONLY, 0);
    }

    private void requirePresent() {
        if (host.disks().find(file()).isEmpty()) {
            throw new HostException("the disk of the volume " + volume.name() + " is gone: put " + file() + " back");
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
