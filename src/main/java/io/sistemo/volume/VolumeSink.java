package io.sistemo.volume;

import java.io.OutputStream;

/** Where an exported volume goes. */
public interface VolumeSink {
    /**
     * Called once, when nothing stands against it any more, on a thread of the operation's.
     *
     * @param sizeBytes how much follows
     * @return takes it; is flushed at the end and not closed
     */
    OutputStream begin(long sizeBytes);
}
