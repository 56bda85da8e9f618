package io.sistemo.vmm.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sistemo.host.HostException;
import io.sistemo.vmm.DeviceLimits;
import io.sistemo.vmm.VmmSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The command line of QEMU. */
class QemuVmmTest {
    private static final String GROUP = "{\"qom-type\":\"throttle-group\",\"id\":\"NAME\",\"limits\":"
            + "{\"iops-total\":500,\"bps-total\":20000000}}";
    private static final VmmSpec SPEC =
            new VmmSpec("sistemo-12345678", 3, 768, "52:54:0a:c8:00:02", "tap0", List.of(1, 20), DeviceLimits.NONE);

    private static List<String> command(Accelerator accelerator) {
        return new QemuVmm("qemu-system-x86_64", accelerator, 2_400_000, DeviceDiscovery.ACPI).command(SPEC);
    }

    @ParameterizedTest
    @EnumSource
    void theGuestGetsWhatItWasPromisedAndNothingByName(Accelerator accelerator) {
        List<String> command = command(accelerator);
        assertThat(command)
                .startsWith("qemu-system-x86_64")
                .containsSequence("-smp", "3")
                .containsSequence("-m", "768")
                .containsSequence("-netdev", "tap,id=network,ifname=tap0,script=no,downscript=no")
                .contains("-nodefaults", "-no-user-config", "-no-reboot", "-sandbox");
        assertThat(String.join(" ", command))
                // A guest that finds no room on the host's disk is held, and can be told to go on.
                .contains("werror=enospc", "socket,id=control,abstract=on,", "-mon chardev=control,mode=control")
                .contains("mac=52:54:0a:c8:00:02", "driver=raw", "spawn=deny")
                // What a guest flushes is on the host's disk: QEMU's default, which nothing here turns off.
                .doesNotContain("no-flush", "write-cache", "cache=")
                // Files are open already: no path of the host is in reach.
                .doesNotContain(".raw", "/var", "bus=virtio-mmio-bus.0");
    }

    @Test
    void eachDataDiskSitsAtItsPlace() {
        assertThat(command(Accelerator.TCG))
                .containsSubsequence(
                        "virtio-blk-device,drive=root,werror=enospc,bus=virtio-mmio-bus.23",
                        "fd=7,set=3",
                        "virtio-blk-device,drive=data1,werror=enospc,bus=virtio-mmio-bus.22",
                        "fd=8,set=4",
                        "virtio-blk-device,drive=data20,werror=enospc,bus=virtio-mmio-bus.3");
        assertThat(String.join(" ", command(Accelerator.TCG)))
                .contains("driver=raw,node-name=data1,discard=unmap,file.driver=file,file.filename=/dev/fdset/3");
        assertThat(new QemuVmm("q", Accelerator.TCG, 1, DeviceDiscovery.ACPI)
                        .capabilities()
                        .dataDisks())
                .isEqualTo(20);
    }

    @Test
    void eachDiskIsHeldToTheLimitsByItself() {
        VmmSpec limited = new VmmSpec(
                SPEC.name(),
                SPEC.vcpus(),
                SPEC.memoryMib(),
                SPEC.macAddress(),
                SPEC.tap(),
                List.of(1),
                DeviceLimits.parse("7,8,500,20000000"));
        assertThat(new QemuVmm("q", Accelerator.KVM, 1, DeviceDiscovery.ACPI).command(limited))
                .containsSubsequence(
                        GROUP.replace("NAME", "limits-root"),
                        "driver=raw,node-name=root-file,discard=unmap,file.driver=file,file.filename=/dev/fdset/2,"
                                + "file.locking=off",
                        "driver=throttle,node-name=root,throttle-group=limits-root,discard=unmap,file=root-file",
                        "virtio-blk-device,drive=root,werror=enospc,bus=virtio-mmio-bus.23",
                        GROUP.replace("NAME", "limits-data1"),
                        "virtio-blk-device,drive=data1,werror=enospc,bus=virtio-mmio-bus.22");
        assertThat(String.join(" ", command(Accelerator.KVM))).doesNotContain("throttle");
    }

    @Test
    void onlyAnEmulatedGuestIsToldItsClock() {
        assertThat(String.join(" ", command(Accelerator.TCG)))
                .contains("tsc_early_khz=2400000", "-accel tcg", "rtc=on");
        assertThat(String.join(" ", command(Accelerator.KVM)))
                .doesNotContain("tsc_early_khz")
                .contains("-accel kvm", "rtc=off");
        assertThat(new QemuVmm("q", Accelerator.TCG, 1, DeviceDiscovery.ACPI)
                        .capabilities()
                        .emulatesCpu())
                .isTrue();
        assertThat(new QemuVmm("q", Accelerator.KVM, 1, DeviceDiscovery.ACPI)
                        .capabilities()
                        .emulatesCpu())
                .isFalse();
    }

    @Test
    void aKernelWithoutAcpiIsToldWhereItsDevicesAre() {
        VmmSpec spec = new VmmSpec(
                SPEC.name(), SPEC.vcpus(), SPEC.memoryMib(), SPEC.macAddress(), SPEC.tap(), List.of(2), SPEC.limits());
        QemuVmm vmm = new QemuVmm("q", Accelerator.TCG, 1, DeviceDiscovery.COMMAND_LINE);
        assertThat(vmm.command(spec))
                .contains("microvm,rtc=on,acpi=off,auto-kernel-cmdline=off")
                .contains(
                        "virtio-blk-device,drive=root,werror=enospc,bus=virtio-mmio-bus.7",
                        "virtio-blk-device,drive=data2,werror=enospc,bus=virtio-mmio-bus.5");
        assertThat(String.join(" ", vmm.command(spec)))
                .contains(" sistemo.power-off=restart virtio_mmio.device=512@0xfeb00e00:12"
                        + " virtio_mmio.device=512@0xfeb00a00:10 virtio_mmio.device=512@0xfeb00200:6"
                        + " virtio_mmio.device=512@0xfeb00400:7");
        assertThat(vmm.capabilities().dataDisks()).isEqualTo(3);
        assertThatThrownBy(() -> vmm.command(SPEC))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("at most 3 data disks");
        assertThat(String.join(" ", command(Accelerator.TCG))).doesNotContain("virtio_mmio.device", "power-off");
    }

    @Test
    void aKernelIsLookedIntoForHowItFindsDevices(@TempDir Path directory) throws IOException {
        Path kernel = directory.resolve("vmlinux");
        String far = "x".repeat((1 << 20) - 9);
        Files.writeString(kernel, far + "virtio_mmio.device\0");
        assertThat(DeviceDiscovery.of(kernel)).isEqualTo(DeviceDiscovery.COMMAND_LINE);
        Files.writeString(kernel, "virtio_mmio.device\0" + far + "\u00016ACPI: \0\u00016RSDP 0x%8.8X%8.8X %06X\0");
        assertThat(DeviceDiscovery.of(kernel)).isEqualTo(DeviceDiscovery.ACPI);
        Files.writeString(kernel, far);
        assertThat(DeviceDiscovery.of(kernel)).isEqualTo(DeviceDiscovery.ACPI);
    }
}
