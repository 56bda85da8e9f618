package io.sistemo.vmm.firecracker;

import io.avaje.jsonb.Json;

/**
 * What boots.
 *
 * @param kernelImagePath a kernel in its root directory
 * @param initrdPath an initramfs in its root directory
 * @param bootArgs the kernel's command line, to which Firecracker adds the devices' places for kernels that do not read ACPI
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record BootSource(String kernelImagePath, String initrdPath, String bootArgs) implements ApiRequest.BeforeStart {
    @Override
    public String path() {
        return "/boot-source";
    }

    @Override
    public String purpose() {
        return "set kernel and initramfs";
    }
}
