package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input at the command line: one clear line, the right exit code, and nothing is left. */
class RefusalsTest extends DaemonTest {
    @Override
    void populate() throws Exception {
        Files.write(host.scratch().resolve("zeros.ext4"), new byte[1 << 20]);
        Files.write(host.scratch().resolve("short.ext4"), new byte[100]);
        Files.createDirectory(host.scratch().resolve("directory"));
    }

    record Refused(List<Integer> exitCodes, List<String> words, List<String> arguments) {
        static Refused of(int exitCode, String words, String... arguments) {
            return new Refused(List.of(exitCode), List.of(words.split(" ")), List.of(arguments));
        }

        /** A value that is out of range: the command line may know, else the daemon does. */
        static Refused value(String words, String... arguments) {
            return new Refused(List.of(1, 2), List.of(words.split(" ")), List.of(arguments));
        }

        @Override
        public String toString() {
            String text = String.join(" ", arguments);
            return text.length() > 80 ? text.substring(0, 80) : text;
        }
    }

    static List<Refused> refusals() {
        String[] deploy = {"machine", "deploy", "debian", "--name", "bad"};
        return List.of(
                Refused.of(1, "no-such-image", "machine", "deploy", "no-such-image", "--name", "bad"),
                Refused.value("name", "machine", "deploy", "debian", "--name", "../x"),
                Refused.value("name", "machine", "deploy", "debian", "--name", "x".repeat(200)),
                Refused.value("name", "machine", "deploy", "debian", "--name", ""),
                Refused.value("vcpus 64", with(deploy, "--vcpus", "0")),
                Refused.value("vcpus 64", with(deploy, "--vcpus", "1000")),
                Refused.value("vcpus", with(deploy, "--vcpus", "many")),
                Refused.value("memory", with(deploy, "--memory", "16")),
                Refused.value("memory", with(deploy, "--memory", "1024GB")),
                Refused.value("storage", with(deploy, "--storage", "10")),
                Refused.value("storage", with(deploy, "--storage", "-5")),
                Refused.of(1, "storage needs", with(deploy, "--storage", "100")),
                Refused.of(1, "storage", with(deploy, "--storage", "9999999")),
                Refused.of(1, "network nowhere", with(deploy, "--network", "nowhere")),
                Refused.of(1, "name", "machine", "deploy", "SCRATCH/missing.ext4", "--name", "../x"),
                Refused.of(1, "ext4", "machine", "deploy", "SCRATCH/short.ext4", "--name", "bad"),
                Refused.of(1, "regular", "machine", "deploy", "/dev/zero", "--name", "bad"),
                Refused.of(1, "ext4", "machine", "deploy", "SCRATCH/zeros.ext4", "--name", "bad"),
                Refused.of(1, "directory", "machine", "deploy", "SCRATCH/directory", "--name", "bad"),
                Refused.of(1, "missing.ext4", "machine", "deploy", "SCRATCH/missing.ext4", "--name", "bad"),
                Refused.of(1, "ext4", "image", "pull", "SCRATCH/zeros.ext4"),
                Refused.of(1, "nobody", "machine", "status", "nobody"),
                Refused.of(1, "nobody", "machine", "start", "nobody"),
                Refused.of(1, "nobody", "machine", "stop", "nobody"),
                Refused.of(1, "nobody", "machine", "restart", "nobody"),
                Refused.of(1, "nobody", "machine", "delete", "nobody", "-y"),
                Refused.of(1, "nobody", "machine", "logs", "nobody"),
                Refused.of(125, "nobody", "machine", "exec", "nobody", "true"),
                Refused.of(1, "no-such-image", "image", "delete", "no-such-image", "-y"),
                Refused.of(2, "1.5G size", "volume", "create", "1.5G", "--name", "bad"),
                Refused.of(2, "10X size", "volume", "create", "10X", "--name", "bad"),
                Refused.of(2, "small", "volume", "create", "0", "--name", "bad"),
                Refused.of(2, "-1", "volume", "create", "-1", "--name", "bad"),
                Refused.of(1, "range MiB", "volume", "create", "4", "--name", "bad"),
                Refused.of(1, "range MiB", "volume", "create", "9999999", "--name", "bad"),
                Refused.of(1, "900000 free", "volume", "create", "900000", "--name", "bad"),
                Refused.of(1, "name", "volume", "create", "64", "--name", "../bad"),
                Refused.of(1, "nothing", "volume", "resize", "nothing", "1G"),
                Refused.of(1, "nothing", "volume", "clone", "nothing", "bad"),
                Refused.of(1, "nothing", "volume", "delete", "nothing", "-y"),
                Refused.of(2, "frobnicate", "machine", "frobnicate"),
                Refused.of(2, "--colour", with(deploy, "--colour", "red")),
                Refused.of(2, "--name", "machine", "deploy", "debian", "--name"));
    }

    private static String[] with(String[] start, String... more) {
        List<String> all = new ArrayList<>(List.of(start));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void isRefused(Refused refused) throws Exception {
        Path scratch = host.scratch();
        Result result = cli(refused.arguments.stream()
                .map(argument -> argument.replace("SCRATCH", scratch.toString()))
                .toArray(String[]::new));
        assertThat(result.exitCode()).as(result.err()).isIn(refused.exitCodes);
        assertOneClearLine(result, refused.words.toArray(String[]::new));
        String thing = refused.arguments.getFirst().equals("volume") ? "volume" : "machine";
        assertThat(cli(thing, "list", "-o", "json").succeeded().out()).doesNotContain("bad");
    }
}
