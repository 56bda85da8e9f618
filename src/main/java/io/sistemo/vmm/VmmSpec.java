package io.sistemo.vmm;

/**
 * One machine as its VMM sees it. The VMM finds its files open: the root disk at descriptor {@link #DISK_DESCRIPTOR}, the
 * kernel, the initramfs and the console at the ones after it.
 *
 * @param name for the process list
 * @param vcpus virtual CPUs
 * @param memoryMib the guest's memory
 * @param macAddress of its network device
 * @param tap the tap in the namespace in which it runs
 */
public record VmmSpec(String name, int vcpus, int memoryMib, String macAddress, String tap) {
    /** The root disk, read and write. */
    public static final int DISK_DESCRIPTOR = 3;
    /** The kernel, read only. */
    public static final int KERNEL_DESCRIPTOR = 4;
    /** The initramfs, read only. */
    public static final int INITRD_DESCRIPTOR = 5;
    /** The serial console, append only. */
    public static final int CONSOLE_DESCRIPTOR = 6;
}
