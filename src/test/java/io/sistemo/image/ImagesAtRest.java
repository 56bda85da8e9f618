package io.sistemo.image;

/** Tells tests outside this package when nothing goes on. */
public final class ImagesAtRest {
    private ImagesAtRest() {}

    /** Whether no thread pulls. */
    public static boolean noneIsPulled(Images images) {
        return images.idle();
    }
}
