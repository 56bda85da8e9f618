package io.sistemo.host;

/**
 * How a program ended.
 *
 * @param exitCode its exit code; 128 + n when signal n ended it
 * @param output standard output, as UTF-8, at most 8 MiB
 * @param errors standard error, as UTF-8, at most 1 MiB
 */
public record ProgramResult(int exitCode, String output, String errors) {}
