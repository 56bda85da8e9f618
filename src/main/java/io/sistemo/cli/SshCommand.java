package io.sistemo.cli;

import io.sistemo.api.SshAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code sistemo machine ssh}: the host's own {@code ssh}, with our key and the machine's host key. */
final class SshCommand {
    private SshCommand() {}

    static int run(Invocation invocation, Session session) throws IOException, InterruptedException {
        SshAccess access;
        try {
            access = session.client().ssh(invocation.arguments().getFirst());
        } catch (IOException e) {
            throw new CommandFailed(Sentences.of(e), ExitCode.NOT_RUN, e);
        }
        if (!Files.isReadable(Path.of(access.keyPath()))) {
            throw new CommandFailed(
                    "The key " + access.keyPath() + " is not readable by you: call as its owner, or with sudo.",
                    ExitCode.NOT_RUN);
        }
        List<String> command = commandLine(
                access, invocation.arguments().subList(1, invocation.arguments().size()));
        // Ctrl-C is for the program in the guest; a handler, because an ignored signal would be inherited by ssh.
        try (var _ = Signals.handle("INT", () -> {})) {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new CommandFailed("The program ssh cannot be started; install openssh-client.", ExitCode.NOT_RUN, e);
        }
    }

    /** The arguments for ssh; the user's own configuration plays no part. */
    static List<String> commandLine(SshAccess access, List<String> guestCommand) {
        List<String> command = new ArrayList<>(List.of(
                "ssh",
                "-F",
                "/dev/null",
                "-p",
                Integer.toString(access.port()),
                "-o",
                "IdentityFile=" + quoted(access.keyPath()),
                "-o",
                "UserKnownHostsFile=" + quoted(access.knownHostsPath()),
                "-o",
                "GlobalKnownHostsFile=/dev/null",
                "-o",
                "StrictHostKeyChecking=yes",
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "LogLevel=ERROR",
                "-l",
                access.user(),
                "--",
                access.host()));
        command.addAll(guestCommand);
        return command;
    }

    /** A path as ssh reads it in a configuration line: it splits at spaces and replaces percent signs. */
    private static String quoted(String path) {
        return "\"" + path.replace("%", "%%") + "\"";
    }
}
