package io.sistemo.volume;

import io.sistemo.host.CopyWatch;
import java.nio.file.Path;

/** Where a volume's disk comes from when it is not whole. */
public sealed interface DiskSource {
    /**
     * It is a copy of an image, made longer, with an id of its own.
     *
     * @param image the image's file
     */
    record ImageClone(Path image) implements DiskSource {}

    /** It is new, with an empty file system. */
    record EmptyFilesystem() implements DiskSource {}

    /**
     * It is a copy of another volume's disk, with an id of its own.
     *
     * @param original the other disk
     */
    record Copy(Path original) implements DiskSource {}

    /**
     * It is what a client sends.
     *
     * @param upload what is sent
     * @param watch follows it
     */
    record Received(VolumeUpload upload, CopyWatch watch) implements DiskSource {}

    /** It is there, and is made longer. */
    record Growth() implements DiskSource {}

    /** It is there and whole: a disk that users have written to is never made anew. */
    record Existing() implements DiskSource {}

    /** See {@link Existing}. */
    DiskSource EXISTING = new Existing();
}
