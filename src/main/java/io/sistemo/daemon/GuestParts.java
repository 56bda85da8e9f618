package io.sistemo.daemon;

import io.sistemo.guest.BaseInitramfs;
import io.sistemo.guest.ClientKey;
import io.sistemo.guest.KernelExtraction;
import io.sistemo.host.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** What the guest's side contributes to an installation. */
final class GuestParts implements InstallationGuestParts {
    private final Programs programs;

    GuestParts(Programs programs) {
        this.programs = programs;
    }

    @Override
    public List<String> packages() {
        return BaseInitramfs.PACKAGES;
    }

    @Override
    public String inputsHash() {
        try {
            return BaseInitramfs.ownInputsHash();
        } catch (IOException e) {
            throw new UncheckedIOException("the program's own files for guests cannot be read", e);
        }
    }

    @Override
    public void ensureClientKey(Path directory) throws IOException {
        ClientKey.deleteLeftovers(directory);
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
