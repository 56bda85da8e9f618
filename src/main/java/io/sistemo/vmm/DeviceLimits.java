package io.sistemo.vmm;

import java.util.OptionalLong;

/**
 * The most that a machine's devices let through, in each second; empty is unlimited.
 *
 * @param receivedBytes what the guest receives from the network
 * @param sentBytes what the guest sends to the network
 * @param diskOperations reads and writes of each disk
 * @param diskBytes what is read from and written to each disk
 */
public record DeviceLimits(
        OptionalLong receivedBytes, OptionalLong sentBytes, OptionalLong diskOperations, OptionalLong diskBytes) {
    /** No limit at all. */
    public static final DeviceLimits NONE =
            new DeviceLimits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
}
