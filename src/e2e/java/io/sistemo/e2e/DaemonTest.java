package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.jsonb.Jsonb;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** A private host with a running daemon, shared by a class's tests. After each test nothing more is there than before the first. */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(LogsOnFailure.class)
abstract class DaemonTest {
    /** A boot takes three to four seconds under emulation; a busy machine takes several times that. */
    static final Duration BOOT_LIMIT = Duration.ofMinutes(1);

    private static final Jsonb JSON = Jsonb.builder().build();

    PrivateHost host;
    Daemon daemon;
    private List<String> standing = List.of();
    private boolean isUp;

    @BeforeAll
    void up() throws Exception {
        host = PrivateHost.create();
        try {
            prepare();
            daemon = Daemon.up(host);
            populate();
            standing = Leaks.inside(host);
            isUp = true;
        } catch (Exception | AssertionError e) {
            closeAfter(e);
            throw e;
        }
    }

    /** What is left of what failed halfway is no news beside why it failed. */
    private void closeAfter(Throwable failure) {
        try {
            host.close();
        } catch (AssertionError left) {
            failure.addSuppressed(left);
        }
    }

    @AfterEach
    void leavesNothing() throws Exception {
        Leaks.requireNoMoreThan(standing, host);
    }

    @AfterAll
    void down() throws Exception {
        if (!isUp) {
            return;
        }
        try {
            depopulate();
            daemon.terminate();
        } finally {
            host.close();
        }
    }

    /** Before the daemon starts: its data, and what the host should have. */
    void prepare() throws Exception {
        Daemon.install(host);
    }

    /** After the daemon has started: machines that the tests share. */
    void populate() throws Exception {}

    /** After the last test: deletes what {@link #populate} made. */
    void depopulate() throws Exception {}

    /** Deploys a Debian and waits until it answers. */
    void deploy(String name) throws Exception {
        cli("machine", "deploy", "debian", "--name", name, "--vcpus", "1").succeeded();
    }

    /** Deletes a machine with its disk. */
    void delete(String name) throws Exception {
        cli("machine", "delete", name, "-y").succeeded();
    }

    /** Runs a script in a guest and returns what it printed; it must succeed. */
    String inGuest(String name, String script) throws Exception {
        return cli("machine", "exec", name, script).succeeded().text();
    }

    Result cli(String... arguments) throws Exception {
        return host.cli(arguments);
    }

    /**
     * What the API says of a machine, which {@code -o json} prints as it is. Asked without our command line: tests ask again and
     * again while guests boot, who need the processors more than a Java program that starts each time.
     */
    Map<String, Object> machine(String name) throws Exception {
        String answer = Http.get(host, "/api/v1/machines/" + name);
        assertThat(answer).as("the answer about " + name).startsWith("HTTP/1.1 200");
        return JSON.type(Object.class).map().fromJson(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }

    /** Runs a script in a guest over the network from the host, with no daemon between; empty when it could not. */
    String overSsh(Map<String, Object> machine, String script) throws Exception {
        return host.run(sshCommand(machine, script)).text();
    }

    /** What runs a script in a guest over the network from the host. */
    List<String> sshCommand(Map<String, Object> machine, String script) {
        String files =
                host.dataDirectory().resolve("vms/" + field(machine, "id")).toString();
        return List.of(
                "ssh",
                "-F",
                "/dev/null",
                "-o",
                "BatchMode=yes",
                "-o",
                "StrictHostKeyChecking=yes",
                // A guest that ends itself says goodbye to nobody.
                "-o",
                "ServerAliveInterval=5",
                "-o",
                "UserKnownHostsFile=" + files + "/known_hosts",
                "-i",
                host.dataDirectory().resolve("ssh/sistemo_key").toString(),
                "-p",
                "2222",
                "root@" + field(machine, "ip_address"),
                script);
    }

    /** The VMM's process id inside the private host. */
    long vmmPid(String name) throws Exception {
        return ((Number) field(machine(name), "pid")).longValue();
    }

    static Object field(Map<String, Object> record, String name) {
        Object value = record.get(name);
        if (value == null) {
            throw new AssertionError("no value for " + name + " in " + record);
        }
        return value;
    }

    /** Every error is one or two plain lines that say what the user can understand. */
    static void assertOneClearLine(Result result, String... words) {
        // Progress is not the error: its lines say what goes on and end with three dots.
        String message = result.err()
                .lines()
                .filter(line -> !line.endsWith("..."))
                .collect(Collectors.joining("\n"))
                .strip();
        assertThat(message).as("the error").isNotBlank();
        assertThat(message.lines().count()).as("lines of: %s", message).isLessThanOrEqualTo(2);
        assertThat(message).doesNotContain("Exception", "\tat ", "null", "RTNETLINK");
        assertThat(message).containsIgnoringCase(words[0]);
        for (String word : words) {
            assertThat(message).containsIgnoringCase(word);
        }
    }
}
