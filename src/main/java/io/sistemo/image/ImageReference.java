package io.sistemo.image;

import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What a user wrote to say which image is meant. */
public sealed interface ImageReference {
    /** The names of images that Sistemo makes itself. */
    List<String> BUILT_NAMES = List.of("debian");

    /** The name under which the image is listed once it is here. */
    String tag();

    /**
     * An image that Sistemo makes itself.
     *
     * @param tag one of {@link #BUILT_NAMES}
     */
    record Built(String tag) implements ImageReference {}

    /**
     * A file of the host.
     *
     * @param tag the file's name without its ending
     * @param path as it was written; the daemon takes only absolute ones, since it cannot know where the user stands
     */
    record OfFile(String tag, Path path) implements ImageReference {}

    /**
     * Tells a name from a path: whatever contains a slash is a path.
     *
     * @throws Refusal NOT_FOUND for a name that nobody knows; BAD_INPUT for a path that cannot become a name
     */
    static ImageReference parse(String text) {
        if (text.contains("/")) {
            return ofFile(text);
        }
        if (BUILT_NAMES.contains(text)) {
            return new Built(text);
        }
        throw unknownName(text);
    }

    /** The answer to a name that is neither here nor one that can be made. */
    static Refusal unknownName(String name) {
        return new Refusal(
                RefusalCode.NOT_FOUND,
                "There is no image \"" + Names.shorten(name) + "\". Sistemo makes " + String.join(", ", BUILT_NAMES)
                        + "; for an ext4 file of your own give its path: sistemo image pull ./FILE.ext4");
    }

    private static ImageReference ofFile(String text) {
        Path path;
        try {
            path = Path.of(text);
        } catch (InvalidPathException e) {
            throw new Refusal(RefusalCode.BAD_INPUT, "The path of the image is not a valid path.", e);
        }
        Path fileName = path.getFileName();
        String tag = fileName == null
                ? ""
                : Names.ENDING.matcher(fileName.toString()).replaceFirst("");
        if (!Names.VALID.matcher(tag).matches() || tag.contains("..")) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "An image is named after its file, and \"" + Names.shorten(tag)
                            + "\" cannot be a name: a name has at"
                            + " most 128 letters, digits, dots, dashes and underscores and begins with a letter or digit.");
        }
        if (BUILT_NAMES.contains(tag)) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "\"" + tag + "\" is the name of an image that Sistemo makes; give the file another name.");
        }
        return new OfFile(tag, path);
    }

    /** The rule for names. */
    final class Names {
        private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
        private static final Pattern ENDING = Pattern.compile("\\.(ext4|img|raw)$");
        private static final int LONGEST_SHOWN = 60;

        private Names() {}

        /** A name from outside, fit for one line of a message. */
        private static String shorten(String name) {
            String plain = name.replaceAll("\\p{Cntrl}", "?");
            return plain.length() > LONGEST_SHOWN ? plain.substring(0, LONGEST_SHOWN) + "..." : plain;
        }
    }
}
