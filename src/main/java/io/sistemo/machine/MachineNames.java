package io.sistemo.machine;

import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.operation.UserText;

/** What names of machines look like: they are host names too. Pure. */
final class MachineNames {
    /** The longest label of a host name (RFC 1123), so that names work in DNS later. */
    private static final int LONGEST = 128;

    private MachineNames() {}

    /**
     * Checks a new machine's name.
     *
     * @throws Refusal BAD_INPUT
     */
    static String requireValid(String name) {
        if (name.length() > LONGEST || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || name.contains("..")) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "The name '" + shown(name) + "' is not allowed: use 1 to " + LONGEST
                            + " letters, digits, '-', '_' or '.', beginning with a letter or digit and without '..'.");
        }
        return name;
    }

    /** Text of a user's, short enough and plain enough for one line. */
    static String shown(String text) {
        return UserText.shown(text);
    }
}
