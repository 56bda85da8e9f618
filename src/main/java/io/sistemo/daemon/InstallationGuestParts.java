package io.sistemo.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What the guest's side contributes to an installation. Calls block for seconds. */
public interface InstallationGuestParts {
    /** The packages whose files {@link #extractKernel} and {@link #buildInitramfs} need. */
    List<String> packages();

    /** A digest of all of ours that goes into the base initramfs; files built from equal ones are interchangeable. */
    String inputsHash() throws IOException;

    /** Makes the SSH key in a directory, unless it is there; called under the data directory's lock. */
    void ensureClientKey(Path directory) throws IOException;

    /** Unpacks the kernel that a bzImage holds into an ELF file. */
    void extractKernel(Path vmlinuz, Path vmlinux) throws IOException;

    /** Builds the base initramfs from a tree of unpacked packages. */
    void buildInitramfs(Path packageTree, String kernelRelease, Path target) throws IOException;
}
