package io.sistemo.daemon;

import io.sistemo.guest.BaseInitramfs;
import io.sistemo.guest.ClientKey;
import io.sistemo.guest.KernelExtraction;
import io.sistemo.host.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The guest's side as it is. */
public final class InstallationGuest implements InstallationGuestParts {
    private static final List<String> PACKAGES =
            List.of("busybox-static", "dropbear-bin", "e2fsprogs", "openssh-sftp-server", "linux-image-cloud-amd64");

    private final Programs programs;

    /** With what runs zstd and xz. */
    public InstallationGuest(Programs programs) {
        this.programs = programs;
    }

    @Override
    public List<String> packages() {
        return PACKAGES;
    }

    @Override
    public String inputsHash() throws IOException {
        return BaseInitramfs.recipeHash();
    }

    @Override
    public void ensureClientKey(Path directory) throws IOException {
        ClientKey.ensure(directory);
    }

    @Override
    public void extractKernel(Path vmlinuz, Path vmlinux) throws IOException {
        KernelExtraction.extract(vmlinuz, vmlinux, programs);
    }

    @Override
    public void buildInitramfs(Path packageTree, String kernelRelease, Path target) throws IOException {
        BaseInitramfs.build(packageTree, kernelRelease, target, programs);
    }
}
