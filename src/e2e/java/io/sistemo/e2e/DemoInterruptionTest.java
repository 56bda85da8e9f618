package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code ./demo} is interrupted as soon as it says what it is doing, at every step, and leaves nothing. It runs in a private
 * host whose temporary directories are its own, so that all that is left there is its doing.
 */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoInterruptionTest {
    /** The slowest step is a build beside other work. */
    private static final Duration STEP_LIMIT = Duration.ofMinutes(5);

    private static final Duration CLEANING_LIMIT = Duration.ofMinutes(1);
    private static final Pattern INSTALLATION = Pattern.compile("installation ([0-9a-f]{12})");

    /** Where its own directory is seen inside, which /run is not: the demo has a host of its own with another one. */
    private static final String SCRATCH = "/mnt";

    private static final String PREPARE = """
            mount --bind "$1" /mnt
            mount -t tmpfs tmpfs /dev/shm
            mkdir -m 1777 /mnt/own-tmp /mnt/own-var-tmp
            mount --bind /mnt/own-tmp /tmp
            mount --bind /mnt/own-var-tmp /var/tmp
            mkdir /mnt/checkout
            cd "$2"
            git ls-files -z --cached --others --exclude-standard | xargs -0 cp -a --parents -t /mnt/checkout
            ln -s "$(readlink -f .cache)" /mnt/checkout/.cache
            """;

    /** What was built is there, and newer than its sources. */
    private static final String BUILT = """
            mkdir /mnt/checkout/target
            cp -a "$1/target/app" /mnt/checkout/target/
            touch /mnt/checkout/target/app/built
            """;

    /** Everything that there is: processes, mounts, links, namespaces, tables, loop devices, files. */
    private static final String INVENTORY = """
            for process in /proc/[0-9]*; do
                [[ $process == "/proc/$$" ]] || { read -r name <"$process/comm" && echo "process ${process#/proc/} $name"; } 2>/dev/null
            done
            while read -r line; do echo "mount $line"; done </proc/self/mountinfo
            ip -o link show
            ip netns list
            nft list ruleset
            losetup --list --noheadings --output BACK-FILE | grep -F "$1"
            find /tmp /var/tmp /dev/shm /run -path /run/cgroup-of-the-machine -prune -o -print
            find /mnt/checkout -path /mnt/checkout/target -prune -o -print
            """;

    private PrivateHost host;

    /** A word of what it prints when a step begins, in their order, and what it is interrupted by. */
    private static final List<Interruption> ALWAYS = List.of(
            new Interruption("Building the program, 1", Signal.CONTROL_C),
            new Interruption("Private host: ", Signal.TERM),
            new Interruption("making its directory", Signal.CONTROL_C),
            new Interruption("wiring its network", Signal.TERM),
            new Interruption("starting its VMM", Signal.CONTROL_C),
            new Interruption("waiting for the guest to answer", Signal.TERM),
            new Interruption("$ sistemo machine exec web echo", Signal.CONTROL_C),
            new Interruption("waiting for the guest to shut down", Signal.TERM),
            new Interruption("releasing its disk", Signal.CONTROL_C),
            new Interruption("Leak check inside", Signal.TERM));

    /** With all of them this takes minutes: {@code ./test --demo}. */
    private static final List<Interruption> ON_DEMAND = List.of(
            new Interruption("== What is needed", Signal.CONTROL_C),
            new Interruption("Building the program, 1", Signal.TERM),
            new Interruption("Building the program: ", Signal.CONTROL_C),
            new Interruption("Building the program: ", Signal.TERM),
            new Interruption("== A private host", Signal.TERM),
            new Interruption("Private host: ", Signal.CONTROL_C),
            new Interruption("Daemon ready: ", Signal.TERM),
            new Interruption("cloning the image", Signal.TERM),
            new Interruption("making its cgroup", Signal.CONTROL_C),
            new Interruption("starting its VMM", Signal.TERM),
            new Interruption("waiting for the guest to answer", Signal.CONTROL_C),
            new Interruption("$ sistemo machine list", Signal.TERM),
            new Interruption("$ sistemo machine exec web uname -r", Signal.CONTROL_C),
            new Interruption("$ sistemo machine exec web echo", Signal.TERM),
            new Interruption("$ sistemo machine stop web", Signal.CONTROL_C),
            new Interruption("waiting for the guest to shut down", Signal.CONTROL_C),
            new Interruption("$ sistemo machine start web", Signal.CONTROL_C),
            new Interruption("$ sistemo machine exec web cat /root/note", Signal.TERM),
            new Interruption("$ sistemo machine delete web -y", Signal.CONTROL_C),
            new Interruption("releasing its disk", Signal.TERM),
            new Interruption("web deleted", Signal.CONTROL_C),
            new Interruption("Daemon stopped: ", Signal.TERM),
            new Interruption("Leak check inside", Signal.CONTROL_C));

    static Stream<Interruption> interruptions() {
        return Boolean.getBoolean("demo.everywhere")
                ? Stream.concat(ALWAYS.stream(), ON_DEMAND.stream())
                : ALWAYS.stream();
    }

    record Interruption(String at, Signal by) {
        boolean ofABuild() {
            return at.equals("Building the program, 1");
        }
    }

    enum Signal {
        /** The key on the terminal that it runs on. */
        CONTROL_C(130),
        /** To its shell alone, as a service manager or a script does. */
        TERM(143);

        private final int exitCode;

        Signal(int exitCode) {
            this.exitCode = exitCode;
        }
    }

    @BeforeAll
    void prepare() throws Exception {
        host = PrivateHost.create();
        host.run("sh", "-ec", PREPARE, "sh", host.scratch().toString(), Repository.ROOT.toString())
                .succeeded();
    }

    @AfterAll
    void end() {
        host.close();
    }

    @ParameterizedTest
    @MethodSource("interruptions")
    void leavesNothing(Interruption interruption) throws Exception {
        // A whole build is slow enough to be interrupted.
        host.run("rm", "-rf", SCRATCH + "/checkout/target").succeeded();
        if (!interruption.ofABuild()) {
            host.run("sh", "-ec", BUILT, "sh", Repository.ROOT.toString()).succeeded();
        }
        List<String> before = inventory();
        Demo demo = Demo.start(host, interruption.by);
        String installation;
        try {
            demo.awaitText(interruption.at);
            installation = installation();
            demo.interrupt();
            demo.awaitEnd();
        } finally {
            demo.kill();
        }
        assertThat(demo.exitCode()).as(demo.text()).isEqualTo(interruption.by.exitCode);
        assertThat(demo.text()).contains("Leak check: nothing is left on this machine.");
        assertThat(inventory()).as("after: %s", demo.text()).isEqualTo(before);
        assertThat(host.run(Repository.ROOT.resolve(".ci/leaks").toString(), "--installation", installation))
                .isEqualTo(new Result(0, "", ""));
    }

    private List<String> inventory() throws Exception {
        return host.run("bash", "-c", INVENTORY, "bash", host.scratch().toString())
                .out()
                .lines()
                .sorted()
                .toList();
    }

    /** The daemon has told it before it holds anything that lies outside of its private host; nobody's until then. */
    private String installation() throws IOException {
        try (Stream<Path> files = Files.walk(host.scratch().resolve("own-var-tmp"), 2)) {
            for (Path log : files.filter(file -> file.endsWith("daemon.log")).toList()) {
                Matcher matcher = INSTALLATION.matcher(Files.readString(log));
                if (matcher.find()) {
                    return matcher.group(1);
                }
            }
        }
        return "000000000000";
    }

    /** A run of the demo, with what it has printed so far. */
    private static final class Demo {
        private final Process process;
        private final Signal signal;
        private final StringBuilder text = new StringBuilder();
        private final Thread reader;

        private Demo(Process process, Signal signal) {
            this.process = process;
            this.signal = signal;
            this.reader = Thread.ofVirtual().start(this::read);
        }

        static Demo start(PrivateHost host, Signal signal) throws IOException {
            List<String> command = signal == Signal.CONTROL_C
                    ? List.of("script", "--quiet", "--flush", "--return", "--command", "./demo", "/dev/null")
                    : List.of("./demo");
            List<String> all = Stream.concat(
                            Stream.of("env", "-u", "TMPDIR", "-C", SCRATCH + "/checkout"), command.stream())
                    .toList();
            return new Demo(host.process(all).redirectErrorStream(true).start(), signal);
        }

        private void read() {
            char[] buffer = new char[4096];
            try (Reader from = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
                int count = from.read(buffer);
                while (count >= 0) {
                    synchronized (text) {
                        text.append(buffer, 0, count);
                    }
                    count = from.read(buffer);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void awaitText(String wanted) throws Exception {
            Await.until(STEP_LIMIT, "it says " + wanted, () -> {
                if (!process.isAlive()) {
                    reader.join();
                    assertThat(text()).as("it ended").contains(wanted);
                }
                return text().contains(wanted);
            });
        }

        void interrupt() throws Exception {
            switch (signal) {
                case CONTROL_C -> {
                    process.getOutputStream().write(3);
                    process.getOutputStream().flush();
                }
                // What we started waits for the demo, its only child.
                case TERM -> process.children().forEach(ProcessHandle::destroy);
            }
        }

        void awaitEnd() throws Exception {
            assertThat(process.waitFor(CLEANING_LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                    .as("it ended after: %s", text())
                    .isTrue();
            reader.join();
        }

        /** What still runs ends with its first process. */
        void kill() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }

        int exitCode() {
            return process.exitValue();
        }

        String text() {
            synchronized (text) {
                return text.toString();
            }
        }
    }
}
