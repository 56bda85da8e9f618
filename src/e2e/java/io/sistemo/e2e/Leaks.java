package io.sistemo.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Asks the one leak checker, {@code .ci/leaks}, what there is of Sistemo. */
final class Leaks {
    /** A veth goes some tenths of a second after its namespace; anything slower than this is a leak. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    /** Without an id everything of everybody would count; this one nobody has, so it leaves what uses the data directory. */
    private static final String NOBODY = "000000000000";

    private static final Path CHECKER = Repository.ROOT.resolve(".ci/leaks");

    private Leaks() {}

    /** What there is inside a private host beyond an idle daemon. */
    static List<String> inside(PrivateHost host) throws Exception {
        // Control groups are the machine's own, so those of other private hosts can be seen from inside.
        return lines(host.run(command(
                "--standing",
                "--installation",
                host.installation().orElse(NOBODY),
                "--data-dir",
                host.dataDirectory().toString(),
                "--temp",
                host.temporaryDirectory().toString())));
    }

    /** Fails when there is more inside a private host than there was before, once it has settled. */
    static void requireNoMoreThan(List<String> before, PrivateHost host) throws Exception {
        List<String> last = new ArrayList<>();
        try {
            Await.until(SETTLING, "nothing is left", () -> {
                last.clear();
                last.addAll(inside(host));
                last.removeAll(before);
                return last.isEmpty();
            });
        } catch (AssertionError e) {
            throw new AssertionError("left behind: " + String.join("\n", last), e);
        }
    }

    /** What is left on the machine of an installation whose private host has ended. */
    static List<String> outside(Optional<String> installation, Path dataDirectory) throws Exception {
        List<String> command = command("--gone", "--data-dir", dataDirectory.toString());
        command.add("--installation");
        command.add(installation.orElse(NOBODY));
        Process process = new ProcessBuilder(command).start();
        return lines(new Started(process).await(Duration.ofMinutes(1)));
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(CHECKER.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> lines(Result result) {
        if (result.exitCode() != 0 && result.exitCode() != 1) {
            throw new AssertionError("the leak checker could not look: " + result.err());
        }
        // A machine that was started again is the same machine with another process id.
        return result.out()
                .lines()
                .map(line -> line.replaceFirst("^process: \\d+ ", "process: "))
                .collect(Collectors.toCollection(ArrayList::new));
    }
}
