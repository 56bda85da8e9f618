package io.sistemo.vmm;

import java.nio.file.Path;

/**
 * Where a machine's VMM that runs is spoken to.
 *
 * @param namespace the machine's network namespace
 * @param directory the machine's directory
 */
public record VmmAddress(String namespace, Path directory) {}
