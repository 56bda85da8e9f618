package io.sistemo.vmm;

import java.nio.file.Path;

/**
 * Where a machine's VMM that runs is spoken to.
 *
 * @param namespace the machine's network namespace
 * @param machineId the machine's id
 * @param jail the machine's jail, which is there if its VMM is a {@link JailedVmm}
 * @param metrics where such a one writes what it counts; another name for it is in the jail
 */
public record VmmAddress(String namespace, String machineId, Path jail, Path metrics) {}
