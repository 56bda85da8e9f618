package io.sistemo.vmm;

import java.util.List;

/**
 * One machine as its VMM sees it. The VMM finds its files open: the root disk at descriptor {@link #DISK_DESCRIPTOR}, the
 * kernel, the initramfs and the console at the ones after it, then the data disks.
 *
 * @param name for the process list
 * @param vcpus virtual CPUs
 * @param memoryMib the guest's memory
 * @param macAddress of its network device
 * @param tap the tap in the namespace in which it runs
 * @param dataSlots the places of its data disks, ascending from 1; the guest finds the disks in this order
 * @param limits what its devices let through
 */
public record VmmSpec(
        String name,
        int vcpus,
        int memoryMib,
        String macAddress,
        String tap,
        List<Integer> dataSlots,
        DeviceLimits limits) {
    /** The root disk, read and write. */
    public static final int DISK_DESCRIPTOR = 3;
    /** The kernel, read only. */
    public static final int KERNEL_DESCRIPTOR = 4;
    /** The initramfs, read only. */
    public static final int INITRD_DESCRIPTOR = 5;
    /** The serial console, append only. */
    public static final int CONSOLE_DESCRIPTOR = 6;
    /** The first data disk, read and write; the others follow in the order of their places. */
    public static final int FIRST_DATA_DESCRIPTOR = 7;

    /** Copies the list. */
    public VmmSpec {
        dataSlots = List.copyOf(dataSlots);
    }
}
