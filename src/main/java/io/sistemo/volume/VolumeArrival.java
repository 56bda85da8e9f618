package io.sistemo.volume;

import io.sistemo.host.CopyWatch;
import io.sistemo.host.DamagedFilesystemException;
import io.sistemo.host.Ext4Header;
import io.sistemo.host.FileHead;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.PartialFile;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** Makes a disk of what a client sends. It is hostile until checked, and has no name before that. */
final class VolumeArrival {
    private final Host host;
    private final Volume volume;
    private final Path file;

    /**
     * An arrival.
     *
     * @param file what the disk will be called
     */
    VolumeArrival(Host host, Volume volume, Path file) {
        this.host = host;
        this.volume = volume;
        this.file = file;
    }

    /**
     * Takes it to the end. A disk that is there already stays.
     *
     * @throws Refusal IMPOSSIBLE when it is not what was expected, or no whole ext4 file system
     * @throws HostException when it was cut off, or cannot be kept
     */
    void take(VolumeUpload upload, CopyWatch watch) {
        if (host.disks().find(file).isPresent()) {
            return;
        }
        Path partial = PartialFile.of(file);
        String sha256 = host.disks().receive(upload.content(), upload.sizeBytes(), partial, watch);
        requireExpected(upload, sha256);
        requireExt4(partial, upload.sizeBytes());
        host.disks().extend(partial, volume.sizeBytes());
        try {
            host.filesystems()
                    .identify(partial, UUID.fromString(volume.filesystemUuid()), VolumeDisk.label(volume.name()));
        } catch (DamagedFilesystemException e) {
            throw new Refusal(
                    RefusalCode.IMPOSSIBLE,
                    "The file for the volume " + volume.name() + " was not taken: " + e.getMessage()
                            + ". 'e2fsck -f FILE' mends it, or tells that it cannot.",
                    e);
        }
        host.disks().publish(partial, file);
        upload.arrived(sha256);
    }

    private void requireExpected(VolumeUpload upload, String sha256) {
        if (upload.expectedSha256()
                .filter(expected -> !expected.equalsIgnoreCase(sha256))
                .isPresent()) {
            throw refusal("its SHA-256 is " + sha256 + ", which is not the one that was given");
        }
    }

    private void requireExt4(Path partial, long sentBytes) {
        FileHead head = host.disks()
                .readHead(partial, Ext4Header.LENGTH)
                .orElseThrow(() -> new HostException("what was sent is gone"));
        Optional<Ext4Header> header = Ext4Header.find(head);
        if (header.isEmpty()) {
            throw refusal("it is no ext4 file system; a volume is one as it is, with no partition table and no format"
                    + " such as qcow2 around it");
        }
        if (header.get().sizeBytes() > sentBytes) {
            throw refusal("it has " + sentBytes + " bytes, and the file system in it has "
                    + header.get().sizeBytes() + ": a part of it is missing");
        }
    }

    private Refusal refusal(String reason) {
        return new Refusal(
                RefusalCode.IMPOSSIBLE, "The file for the volume " + volume.name() + " was not taken: " + reason + ".");
    }
}
