package io.sistemo.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the built program and its tools are, and how it is started. */
final class Repository {
    /** The root of the checkout; tests run there. */
    static final Path ROOT = Path.of("").toAbsolutePath();

    /** The compiled tests, for the small programs among them. */
    static final Path TEST_CLASSES = ROOT.resolve("target/test-classes");

    private static final Path PROGRAM = ROOT.resolve("target/app/sistemo.jar");

    private Repository() {}

    /** The java of the JDK that runs the tests. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** A command line of the program, with flags for a short life. */
    static List<String> program(Path temporaryDirectory, List<String> arguments) {
        if (!Files.exists(PROGRAM)) {
            throw new IllegalStateException("the program is not built: " + PROGRAM + " (mvn package)");
        }
        List<String> command = new ArrayList<>(List.of(
                java(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporaryDirectory,
                "-jar",
                PROGRAM.toString()));
        command.addAll(arguments);
        return command;
    }

    /** What was fetched and built ahead, where there is any; a private host has no way out. */
    static Optional<Path> assets() {
        Path assets = Optional.ofNullable(System.getenv("SISTEMO_ASSET_CACHE"))
                .map(Path::of)
                .orElse(ROOT.resolve(".cache/assets"));
        return Files.isDirectory(assets) ? Optional.of(assets) : Optional.empty();
    }
}
