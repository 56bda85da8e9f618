package io.sistemo.volume;

import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.operation.UserText;

/** What names of volumes look like. Pure. */
final class VolumeNames {
    private static final int LONGEST = 128;

    private VolumeNames() {}

    static boolean isValid(String name) {
        return name.length() <= LONGEST && name.matches("[A-Za-z0-9][A-Za-z0-9._-]*") && !name.contains("..");
    }

    /**
     * Checks a new volume's name.
     *
     * @throws Refusal BAD_INPUT
     */
    static String requireValid(String name) {
        if (!isValid(name)) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "The name '" + UserText.shown(name) + "' is not allowed: use 1 to " + LONGEST
                            + " letters, digits, '-', '_' or '.', beginning with a letter or digit.");
        }
        return name;
    }
}
