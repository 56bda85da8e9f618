package io.sistemo.image;

import java.nio.file.Path;
import java.util.function.Consumer;

/** Makes an image that no file and no registry has. */
@FunctionalInterface
public interface ImageBuilder {
    /**
     * Builds it, on the calling thread; an interrupt ends that.
     *
     * @param workspace a directory that is made anew, whatever is left of an earlier one; the caller deletes it
     * @return an ext4 file in the workspace
     * @throws io.sistemo.operation.Refusal FAILED when something cannot be fetched or made; DISK_FULL
     */
    Path build(Path workspace, Consumer<Progress> progress);
}
