package io.sistemo.volume;

/**
 * What the configuration says about volumes.
 *
 * @param largestMib the largest volume
 * @param minDiskFreeMib what must stay free on the data directory's filesystem
 */
public record VolumeSettings(int largestMib, int minDiskFreeMib) {}
