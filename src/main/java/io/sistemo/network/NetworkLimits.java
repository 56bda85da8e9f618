package io.sistemo.network;

import java.util.OptionalLong;

/**
 * What the filter between a machine and its network lets through in each second; empty is unlimited.
 *
 * @param receivedBytes what the guest receives
 * @param sentBytes what the guest sends
 */
public record NetworkLimits(OptionalLong receivedBytes, OptionalLong sentBytes) {
    /** No limit, or one that the VMM keeps. */
    public static final NetworkLimits NONE = new NetworkLimits(OptionalLong.empty(), OptionalLong.empty());
}
