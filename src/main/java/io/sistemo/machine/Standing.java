package io.sistemo.machine;

/**
 * What has to be known of a machine to tell whether it is what it should be.
 *
 * @param id its id
 * @param name its name
 * @param shortId of which names on the host are made
 * @param intent what it should be
 * @param booted whether the VMM that now runs has answered
 * @param bridge of its network
 */
record Standing(MachineId id, String name, String shortId, Intent intent, boolean booted, String bridge) {}
