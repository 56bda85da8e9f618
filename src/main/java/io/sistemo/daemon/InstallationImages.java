package io.sistemo.daemon;

import io.sistemo.image.ImageDigest;
import io.sistemo.image.ImageFile;
import java.util.Optional;

/** Which images the database knows; used under the data directory's lock. */
public interface InstallationImages extends AutoCloseable {
    /** The image with a tag, when both its row and its file are there. */
    Optional<ImageFile> find(String tag);

    /** Commits that a file is about to appear in the store under a digest, so that it is removed should we die. */
    void intend(ImageDigest digest);

    /**
     * Records an image whose file is in the store; an image that had the tag before loses it.
     *
     * @param source where it came from: a reference, or a path
     */
    void record(String tag, String source, ImageFile image);

    /** Closes the database and gives back the lock. */
    @Override
    void close();
}
