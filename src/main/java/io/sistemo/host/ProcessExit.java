package io.sistemo.host;

import java.util.OptionalInt;

/**
 * The end of a process.
 *
 * @param identity which process
 * @param exitCode known only when this program started it: its exit code, or 128 + n when signal n ended it
 */
public record ProcessExit(ProcessIdentity identity, OptionalInt exitCode) {}
