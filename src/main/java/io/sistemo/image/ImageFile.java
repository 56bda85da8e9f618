package io.sistemo.image;

import java.nio.file.Path;

/**
 * An image in the store; it never changes.
 *
 * @param digest its name
 * @param path where it lies; not to be stored, since data directories move
 * @param superblock what its filesystem says of itself
 * @param sizeBytes length of the file; a disk made from it is at least as large
 */
public record ImageFile(ImageDigest digest, Path path, Ext4Superblock superblock, long sizeBytes) {}
