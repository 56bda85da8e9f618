package io.sistemo.bench;

import java.util.ArrayList;
import java.util.List;

/** OpenSSH to a guest's own sshd, with the installation's key, as the reference. */
final class GuestSsh {
    static final int PORT = 2222;

    private GuestSsh() {}

    /** The command line; options are OpenSSH's, as {@code Name=value}. */
    static List<String> command(Installation installation, String address, String command, String... options) {
        List<String> all = new ArrayList<>(List.of(
                "ssh",
                "-F",
                "none",
                "-i",
                installation.data().resolve("ssh/sistemo_key").toString(),
                "-p",
                Integer.toString(PORT),
                "-o",
                "ControlPath=" + installation.work().resolve("ssh-%C"),
                "-o",
                "LogLevel=ERROR",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null"));
        for (String option : options) {
            all.addAll(List.of("-o", option));
        }
        all.addAll(List.of("root@" + address, command));
        return all;
    }
}
