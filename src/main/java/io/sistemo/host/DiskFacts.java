package io.sistemo.host;

/**
 * What is known of a disk file.
 *
 * @param sizeBytes its length, which is the disk's size
 * @param allocatedBytes what it takes on the filesystem; less than its size when it has holes
 */
public record DiskFacts(long sizeBytes, long allocatedBytes) {}
