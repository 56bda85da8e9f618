package io.sistemo.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GuestFilesTest {
    private static final Path SOURCE = Path.of("guest");

    @Test
    void listIsTheDirectory() throws Exception {
        try (Stream<Path> files = Files.list(SOURCE)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(GuestFiles.ALL);
        }
        assertThat(GuestFiles.ALL).containsAll(GuestFiles.PROGRAMS);
    }

    @Test
    void scriptsAreGoodShell() throws Exception {
        for (String name :
                Stream.concat(GuestFiles.PROGRAMS.stream(), Stream.of("init")).toList()) {
            Tool.Result result = Tool.run(GuestFiles.read(name), "sh", "-n");
            assertThat(result.exitCode()).as(name + ": " + result.errors()).isZero();
            assertThat(new String(GuestFiles.read(name), StandardCharsets.UTF_8))
                    .startsWith("#!/bin/busybox sh\n");
        }
    }

    /** Settings may hold anything: a script that evaluates text could run them. */
    @Test
    void scriptsEvaluateNothing() throws Exception {
        for (String name :
                Stream.concat(GuestFiles.PROGRAMS.stream(), Stream.of("init")).toList()) {
            List<String> lines = new String(GuestFiles.read(name), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.strip().startsWith("#"))
                    .toList();
            assertThat(lines)
                    .as(name)
                    .noneMatch(line -> line.matches("(.*[ ;(])?(eval|source|\\.) .*")
                            && !line.contains("mount --move . /")
                            && !line.contains("chroot . "));
        }
    }
}
