package io.sistemo.vmm.firecracker;

/** The names in Firecracker's root directory, which its jailer makes its whole world. */
final class JailFiles {
    static final String SOCKET = "api.socket";
    static final String KERNEL = "kernel";
    static final String INITRD = "initrd";
    static final String DISK = "disk";
    static final String CONSOLE = "console";
    static final String METRICS = "metrics";

    private JailFiles() {}

    /** A further disk, by its place; what Firecracker calls it too. */
    static String dataDisk(int slot) {
        return "data" + slot;
    }

    /** As Firecracker itself sees it. */
    static String inside(String name) {
        return "/" + name;
    }
}
