package io.sistemo.network;

import java.time.Instant;

/**
 * All that users see of a network.
 *
 * @param network what it is
 * @param machines how many machines are on it, running or not
 * @param doomed whether it is to go, or is going
 * @param createdAt when it was asked for
 */
public record NetworkDetails(Network network, int machines, boolean doomed, Instant createdAt) {}
