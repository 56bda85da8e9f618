package io.sistemo.host;

/**
 * One boot of the host: another value after every reboot.
 *
 * @param value the text of {@code /proc/sys/kernel/random/boot_id}
 */
public record BootId(String value) {}
