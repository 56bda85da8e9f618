package io.sistemo.vmm;

/**
 * What a guest has done with all of its disks since its VMM started.
 *
 * @param readBytes bytes that it has read
 * @param writtenBytes bytes that it has written
 * @param readOperations requests to read
 * @param writeOperations requests to write
 */
public record DiskTransfers(long readBytes, long writtenBytes, long readOperations, long writeOperations) {}
