package io.sistemo.e2e;

import io.sistemo.vmm.firecracker.StandInPrograms;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A host of its own: private network, mounts and processes, a data directory and a temporary directory. Everything in it
 * ends when this is closed, or when the tests' JVM dies, however it dies. Closing fails when something is left.
 */
final class PrivateHost implements AutoCloseable {
    private static final Duration USUAL_LIMIT = Duration.ofMinutes(2);
    private static final Duration END_LIMIT = Duration.ofSeconds(20);
    private static final Pattern INSTALLATION = Pattern.compile("alias sistemo:([0-9a-f]{12})");
    private static final Path SCRIPT = Repository.ROOT.resolve(".ci/private-host");

    private final Process holder;
    private final ProcessHandle first;
    private final Path directory;
    /** Settings of the program's, which it takes from its environment. */
    private Map<String, String> settings = Map.of();

    private Optional<String> installation = Optional.empty();

    private PrivateHost(Process holder, ProcessHandle first, Path directory) {
        this.holder = holder;
        this.first = first;
        this.directory = directory;
    }

    /** Makes one; it is ready when this returns. Not under /tmp, which may be memory: disks of guests go there. */
    static PrivateHost create() throws Exception {
        Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "sistemo-private-");
        Files.createDirectory(directory.resolve("tmp"));
        Process holder = new ProcessBuilder(SCRIPT.toString(), "--hold")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
        if (!"ready".equals(reader.readLine())) {
            holder.destroyForcibly();
            delete(directory);
            throw new IllegalStateException("cannot make a private host; is this root?");
        }
        ProcessHandle first = holder.toHandle().children().findFirst().orElseThrow();
        PrivateHost host = new PrivateHost(holder, first, directory);
        if (runsFirecracker()) {
            host.useFirecracker(StandInPrograms.Behaviour.USUAL);
        }
        return host;
    }

    /** Whether all tests are to be run by stand-ins for Firecracker and its jailer. */
    static boolean runsFirecracker() {
        return System.getProperty("vmm", "").equals("firecracker");
    }

    /** Has machines run by stand-ins for Firecracker and its jailer, which are written anew each time. */
    void useFirecracker(StandInPrograms.Behaviour behaviour) {
        StandInPrograms programs = StandInPrograms.write(programs(), behaviour);
        settings = Map.of(
                "HYPERVISOR",
                "firecracker",
                "FIRECRACKER_PATH",
                programs.firecracker().toString(),
                "JAILER_PATH",
                programs.jailer().toString(),
                // Their guests' processors are emulated.
                "SSH_TIMEOUT_SEC",
                "90");
    }

    /** Beside it, since a test may put a filesystem of its own there. */
    private Path programs() {
        return directory.resolveSibling(directory.getFileName() + "-firecracker");
    }

    /** Where the daemon's data lies. */
    Path dataDirectory() {
        return directory.resolve("data");
    }

    /** Where the program's temporary files go. */
    Path temporaryDirectory() {
        return directory.resolve("tmp");
    }

    /** Where a test may put files of its own; goes with the host. */
    Path scratch() {
        return directory;
    }

    /** A file in it as it is found from here: it may lie on a filesystem that is mounted only there. */
    Path seen(Path inside) {
        return Path.of("/proc", Long.toString(first.pid()), "root")
                .resolve(Path.of("/").relativize(inside));
    }

    /** Runs a program in it and waits for its end. */
    Result run(List<String> command) throws Exception {
        return run(command, "");
    }

    /** Runs a program in it and waits for its end. */
    Result run(String... command) throws Exception {
        return run(List.of(command));
    }

    /** Runs a program in it with text on its standard input and waits for its end. */
    Result run(List<String> command, String input) throws Exception {
        ProcessBuilder builder = entering(command);
        Process process = builder.start();
        Started started = new Started(process);
        try (OutputStream stream = process.getOutputStream()) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading it all; its exit code says whether that matters.
            return started.await(USUAL_LIMIT);
        }
        return started.await(USUAL_LIMIT);
    }

    /** Starts a program in it, with nothing to read. */
    Started start(List<String> command) throws IOException {
        Process process = entering(command).start();
        process.getOutputStream().close();
        return new Started(process);
    }

    /** Starts a program in it whose output goes to the end of a file. */
    Started start(List<String> command, Path log) throws IOException {
        Process process = entering(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process.getOutputStream().close();
        return new Started(process);
    }

    /** Runs the program itself. */
    Result cli(String... arguments) throws Exception {
        return run(program(List.of(arguments)));
    }

    /** Starts the program itself and does not wait. */
    Started startCli(String... arguments) throws IOException {
        return start(program(List.of(arguments)));
    }

    /** Remembers whose installation this is, by what the default bridge bears; empty before a daemon made it. */
    Optional<String> installation() throws Exception {
        if (installation.isEmpty()) {
            Matcher matcher =
                    INSTALLATION.matcher(run("ip", "-o", "link", "show").out());
            installation = matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        }
        return installation;
    }

    /** A command line of the program itself, for this host. */
    List<String> program(List<String> arguments) {
        return Repository.program(temporaryDirectory(), arguments);
    }

    /** A program in it that was not started yet. */
    ProcessBuilder process(List<String> command) {
        return entering(command);
    }

    private ProcessBuilder entering(List<String> command) {
        List<String> all = new ArrayList<>(
                // Whoever runs the tests in the background has them ignore Ctrl-C, and what they start inherits that.
                List.of(
                        "env",
                        "--default-signal=INT,TERM",
                        "nsenter",
                        "--target",
                        Long.toString(first.pid()),
                        "--mount",
                        "--net",
                        "--pid",
                        "--"));
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().keySet().removeIf(name -> name.startsWith("SUDO_") || name.startsWith("SISTEMO_"));
        builder.environment().put("TMPDIR", temporaryDirectory().toString());
        builder.environment().put("HOME", directory.toString());
        builder.environment().putAll(settings);
        Repository.assets().ifPresent(assets -> builder.environment().put("SISTEMO_ASSET_CACHE", assets.toString()));
        return builder;
    }

    /** Ends everything in it, removes its files, and fails when it left something here or had something left in it. */
    @Override
    public void close() {
        try {
            end();
        } catch (Exception e) {
            throw new IllegalStateException("cannot end the private host of " + directory, e);
        }
    }

    private void end() throws Exception {
        List<String> left = new ArrayList<>(Leaks.inside(this));
        // A test may have put a filesystem of its own there, which goes with the host.
        left.remove("mount: " + dataDirectory());
        Optional<String> id = installation();
        holder.getOutputStream().close();
        holder.destroyForcibly().waitFor();
        Await.until(END_LIMIT, "the private host has ended", () -> !first.isAlive());
        id.ifPresent(PrivateHost::removeStandingControlGroups);
        delete(directory);
        if (Files.exists(programs())) {
            delete(programs());
        }
        left.addAll(Leaks.outside(id, dataDirectory()));
        if (!left.isEmpty()) {
            id.ifPresent(known -> removeControlGroups("*/sistemo/" + known + "*"));
            throw new AssertionError("left behind:\n" + String.join("\n", left));
        }
    }

    /** The installation's own group stays with the machine, as its bridge does; those of machines must be gone. */
    private static void removeStandingControlGroups(String id) {
        removeControlGroups("*/sistemo/" + id);
        removeControlGroups("*/sistemo/" + id + "-resolvers*");
    }

    private static void removeControlGroups(String pattern) {
        try {
            new ProcessBuilder(
                            "find",
                            "/sys/fs/cgroup",
                            "-depth",
                            "-type",
                            "d",
                            "-path",
                            pattern,
                            "-exec",
                            "rmdir",
                            "{}",
                            "+")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("cannot remove control groups " + pattern, e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
