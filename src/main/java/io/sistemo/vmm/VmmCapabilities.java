package io.sistemo.vmm;

/**
 * What a VMM can do; callers ask for abilities, never for names.
 *
 * @param name for people: doctor and status
 * @param emulatesCpu whether it runs guests without hardware virtualisation, many times slower
 * @param overheadMib memory that it needs beside the guest's
 */
public record VmmCapabilities(String name, boolean emulatesCpu, int overheadMib) {}
