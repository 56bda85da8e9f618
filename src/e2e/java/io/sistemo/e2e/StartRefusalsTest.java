package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When the daemon must not start: it says why in a line, and touches nothing. */
@Tag("e2e")
class StartRefusalsTest {
    private PrivateHost host;

    @BeforeEach
    void create() throws Exception {
        host = PrivateHost.create();
        Files.createDirectories(host.dataDirectory());
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void aSecondDaemonOnTheSameData() throws Exception {
        Daemon first = Daemon.up(host);
        refused(up(), "data directory");
        assertThat(first.isRunning()).isTrue();
        first.terminate();
    }

    @Test
    void aBridgeOfSomebodyElse() throws Exception {
        host.run("ip", "link", "add", "sistemo0", "type", "bridge").succeeded();
        refused(up(), "sistemo0");
        assertThat(host.run("ip", "link", "show", "sistemo0").exitCode()).isZero();
        host.run("ip", "link", "delete", "sistemo0").succeeded();
    }

    @Test
    void anotherDaemonOnTheSameHost() throws Exception {
        Daemon first = Daemon.up(host);
        String links = host.run("ip", "-o", "link", "show", "sistemo0").text();
        String table = host.run("nft", "list", "table", "inet", "sistemo").text();
        Path other = Files.createDirectory(host.scratch().resolve("other"));
        Files.writeString(other.resolve("config.yml"), "port: 7778\n");
        refused(host.run(host.program(List.of("up", "--data-dir", other.toString()))), "sistemo0");
        assertThat(host.run("ip", "-o", "link", "show", "sistemo0").text()).isEqualTo(links);
        assertThat(host.run("nft", "list", "table", "inet", "sistemo").text()).isEqualTo(table);
        assertThat(first.isRunning()).isTrue();
        first.terminate();
    }

    @Test
    void aTableOfSomebodyElse() throws Exception {
        host.run("nft", "add", "table", "inet", "sistemo").succeeded();
        refused(up(), "table", "sistemo");
        assertThat(host.run("nft", "list", "tables").out()).contains("table inet sistemo");
        host.run("nft", "delete", "table", "inet", "sistemo").succeeded();
    }

    @Test
    void aTakenPort() throws Exception {
        Started listener = host.start(List.of(
                Repository.java(), "-cp", Repository.TEST_CLASSES.toString(), Listener.class.getName(), "7777"));
        Await.until(DaemonTest.BOOT_LIMIT, "the port is taken", () -> Listener.answers(host, "127.0.0.1", 7777));
        refused(up(), "7777");
        listener.signal("KILL");
    }

    @Test
    void anUnknownKey() throws Exception {
        configure("porrt: 7777\n");
        refused(up(), "porrt");
    }

    @Test
    void aWrongTypeAndAnImpossibleValue() throws Exception {
        configure("port: many\n");
        refused(up(), "port", "many");
        configure("port: 99999\n");
        refused(up(), "port", "99999", "65535");
        configure("bridge_subnet: 10.200.0.0/33\n");
        refused(up(), "bridge_subnet");
    }

    @Test
    void aFileThatIsNotYaml() throws Exception {
        configure("port: [\n\t}");
        refused(up(), "config.yml");
    }

    @Test
    void withoutRoot() throws Exception {
        Path home = Files.createDirectory(host.scratch().resolve("home"));
        host.run("chmod", "0777", home.toString(), host.scratch().toString()).succeeded();
        List<String> command = new java.util.ArrayList<>(
                List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"));
        command.addAll(
                host.program(List.of("up", "--data-dir", home.resolve("data").toString())));
        refused(host.run(command), "root");
    }

    @Test
    void withoutNftOrIp() throws Exception {
        for (String missing : List.of("nft", "ip")) {
            Path programs = host.scratch().resolve("without-" + missing);
            pathWithout(missing, programs);
            List<String> command = new java.util.ArrayList<>(List.of("env", "PATH=" + programs));
            command.addAll(program());
            refused(host.run(command), missing);
        }
    }

    @Test
    void aDataDirectoryTooLongForSockets() throws Exception {
        Path deep = host.scratch().resolve("d".repeat(120)).resolve("e".repeat(120));
        Result result = host.run(host.program(List.of("up", "--data-dir", deep.toString())));
        refused(result, "data directory", "long");
        assertThat(deep).doesNotExist();
    }

    private void pathWithout(String missing, Path programs) throws Exception {
        Files.createDirectory(programs);
        for (String directory : List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")) {
            try (var files = Files.list(Path.of(directory))) {
                for (Path file : files.toList()) {
                    Path link = programs.resolve(file.getFileName());
                    if (!file.endsWith(missing) && !Files.exists(link, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                        Files.createSymbolicLink(link, file);
                    }
                }
            }
        }
    }

    private void configure(String text) throws Exception {
        Files.writeString(host.dataDirectory().resolve("config.yml"), text);
    }

    private Result up() throws Exception {
        return host.run(program());
    }

    private List<String> program() {
        return host.program(List.of("up", "--data-dir", host.dataDirectory().toString()));
    }

    private static void refused(Result result, String... words) {
        assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
        // The log of what went well before it is not the error.
        String error = result.err()
                .lines()
                .filter(line -> !line.matches("time=\\S+ level=INFO .*"))
                .collect(Collectors.joining("\n"));
        DaemonTest.assertOneClearLine(new Result(result.exitCode(), result.out(), error), words);
    }
}
