package io.sistemo.host;

import java.util.Optional;

/** Kernel settings under {@code /proc/sys}, named with dots as in {@code net.ipv4.ip_forward}, in the host's own namespace. */
public interface Sysctls {
    /** A setting without its line end; empty when the kernel does not have it. */
    Optional<String> read(String key);

    /**
     * Sets a setting.
     *
     * @throws HostException when the kernel does not have it or refuses the value
     */
    void write(String key, String value);
}
