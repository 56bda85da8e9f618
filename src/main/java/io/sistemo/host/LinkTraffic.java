package io.sistemo.host;

/**
 * What went through a network link since it was made, as the link itself counts.
 *
 * @param receivedBytes bytes that it received
 * @param receivedPackets packets that it received
 * @param sentBytes bytes that it sent
 * @param sentPackets packets that it sent
 */
public record LinkTraffic(long receivedBytes, long receivedPackets, long sentBytes, long sentPackets) {}
