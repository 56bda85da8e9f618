package io.sistemo.image;

import io.sistemo.operation.OperationId;
import java.util.List;

/** What users can see and do of images. Safe for concurrent use. */
public interface ImageService {
    /** All images, by name. */
    List<ImageDetails> list();

    /**
     * Gets an image, so that deploys need not: a name that we build, or an absolute path to an ext4 file on the host.
     *
     * @throws io.sistemo.operation.Refusal BAD_INPUT, NOT_FOUND
     */
    OperationId pull(String reference);

    /**
     * Removes an image by its name. Machines that were deployed from it keep their disks.
     *
     * @throws io.sistemo.operation.Refusal NOT_FOUND
     */
    OperationId delete(String name);
}
