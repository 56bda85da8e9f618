package io.sistemo.vmm.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** How a guest's kernel learns where a microvm's devices are, and so how many buses there are ({@code docs/system/i386/microvm.rst} of QEMU). */
public enum DeviceDiscovery {
    /** By ACPI's tables, as the kernels of distributions do. 24 buses, on a second interrupt controller that only ACPI tells of. */
    ACPI(3, 23),
    /**
     * By {@code virtio_mmio.device=} on its command line (CONFIG_VIRTIO_MMIO_CMDLINE_DEVICES), as small kernels without ACPI do.
     * 8 buses with the interrupts from 5 on, so that bus 3 has number 8, which a clock shares with nobody. Such a guest has no power
     * to switch off and no power button.
     */
    COMMAND_LINE(4, 7);

    /** As the kernel's name of the parameter is kept in it (kernel/params.c). */
    private static final byte[] PARAMETER = "virtio_mmio.device".getBytes(StandardCharsets.US_ASCII);
    /** With which a kernel that has ACPI prints the first of its tables; what comes before it is a text of its own (tbprint.c). */
    private static final byte[] TABLES = "RSDP 0x%8.8X".getBytes(StandardCharsets.US_ASCII);

    private static final int WINDOW = 1 << 20;

    private final int firstDiskBus;
    private final int lastBus;

    DeviceDiscovery(int firstDiskBus, int lastBus) {
        this.firstDiskBus = firstDiskBus;
        this.lastBus = lastBus;
    }

    /** The number of the first bus that may have a disk. */
    int firstDiskBus() {
        return firstDiskBus;
    }

    /** The number of the last bus. What sits on it is found first. */
    int lastBus() {
        return lastBus;
    }

    /**
     * How the kernel in a file does: by ACPI, unless it has nothing but the parameter.
     *
     * @param kernel an ELF file, not compressed
     * @throws IOException when it cannot be read
     */
    public static DeviceDiscovery of(Path kernel) throws IOException {
        boolean parameter = false;
        byte[] window = new byte[WINDOW];
        int kept = 0;
        try (InputStream stream = Files.newInputStream(kernel)) {
            int read;
            while ((read = stream.readNBytes(window, kept, WINDOW - kept)) > 0) {
                int length = kept + read;
                if (contains(window, length, TABLES)) {
                    return ACPI;
                }
                parameter |= contains(window, length, PARAMETER);
                // What was looked for may lie across the edge.
                kept = Math.min(length, PARAMETER.length);
                System.arraycopy(window, length - kept, window, 0, kept);
            }
        }
        return parameter ? COMMAND_LINE : ACPI;
    }

    private static boolean contains(byte[] content, int length, byte[] text) {
        for (int at = 0; at <= length - text.length; at++) {
            if (content[at] == text[0] && Arrays.equals(content, at, at + text.length, text, 0, text.length)) {
                return true;
            }
        }
        return false;
    }
}
