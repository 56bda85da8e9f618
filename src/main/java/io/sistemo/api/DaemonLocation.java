package io.sistemo.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which data directory is meant, and where its daemon listens. */
public final class DaemonLocation {
    /** File of the data directory in which a running daemon says its URL, on one line. */
    public static final String URL_FILE = "daemon.url";

    /** Environment variable with the URL of a daemon; beats every file. */
    public static final String URL_VARIABLE = "SISTEMO_DAEMON_URL";

    private DaemonLocation() {}

    /**
     * The data directory of who calls: {@code .sistemo} in the home of the user who called sudo, else in one's own.
     *
     * @param environment of this process
     * @param passwd lines of /etc/passwd
     * @param ownHome the caller's home
     */
    public static Path defaultDataDirectory(Map<String, String> environment, List<String> passwd, Path ownHome) {
        String sudoUser = environment.getOrDefault("SUDO_USER", "");
        for (String line : passwd) {
            String[] fields = line.split(":", -1);
            if (!sudoUser.isEmpty() && fields.length >= 6 && fields[0].equals(sudoUser) && fields[5].startsWith("/")) {
                return Path.of(fields[5], ".sistemo");
            }
        }
        return ownHome.resolve(".sistemo");
    }

    /** The same, of this process. */
    public static Path defaultDataDirectory(Map<String, String> environment) throws IOException {
        boolean sudo = environment.containsKey("SUDO_USER");
        List<String> passwd = sudo ? Files.readAllLines(Path.of("/etc/passwd")) : List.of();
        return defaultDataDirectory(environment, passwd, Path.of(System.getProperty("user.home", "/root")));
    }

    /**
     * The URL that the daemon of a data directory has written; empty when there is none, or none that we may read.
     *
     * @throws IllegalArgumentException when the file holds something else
     */
    public static Optional<DaemonAddress> find(Path dataDirectory) throws IOException {
        Path file = dataDirectory.resolve(URL_FILE);
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(DaemonAddress.parse(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }
}
