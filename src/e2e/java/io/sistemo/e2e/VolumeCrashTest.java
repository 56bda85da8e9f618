package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The daemon is killed while it makes, copies, enlarges, deletes, sends or takes a volume: then all of it is done or nothing is
 * left, what others hold is as it was, and the next try works.
 */
class VolumeCrashTest extends DaemonTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final long MIB = 1 << 20;
    private static final int CONTENT_MIB = 64;
    private static final int SIZE_MIB = 96;

    private Path file = Path.of("");
    private Path data = Path.of("");
    private String content = "";

    /** What the daemon is in the middle of. */
    enum Interrupted {
        CREATE("volume create 10GB --name new"),
        CLONE("volume clone data new"),
        IMPORT("volume import FILE --name new"),
        EXPORT("volume export data OUT"),
        /** This and the next are carried on. */
        RESIZE("volume resize data 1GB"),
        DELETE("volume delete old -y");

        private final String command;

        Interrupted(String command) {
            this.command = command;
        }

        /** Whether there is a volume {@code new} when it was done. */
        private boolean makesNew() {
            return this == CREATE || this == CLONE || this == IMPORT;
        }

        private boolean isCarriedOn() {
            return this == RESIZE || this == DELETE;
        }
    }

    /** No machine, so nothing is installed ahead. */
    @Override
    void prepare() {}

    @Override
    void populate() throws Exception {
        file = host.scratch().resolve("content.ext4");
        Path tree = Files.createDirectory(host.scratch().resolve("tree"));
        host.run("sh", "-c", "head -c " + CONTENT_MIB + "M /dev/urandom >\"$1\"/file", "sh", tree.toString())
                .succeeded();
        host.run("mkfs.ext4", "-q", "-d", tree.toString(), file.toString(), SIZE_MIB + "M")
                .succeeded();
        cli("volume", "import", file.toString(), "--name", "data").succeeded();
        data = disk("data");
        content = content();
    }

    @Override
    void depopulate() throws Exception {
        cli("volume", "delete", "data", "-y").succeeded();
    }

    @ParameterizedTest
    @EnumSource
    void theNextDaemonPutsItInOrder(Interrupted step) throws Exception {
        if (step == Interrupted.DELETE) {
            cli("volume", "clone", "data", "old").succeeded();
        }
        Path old = step == Interrupted.DELETE ? disk("old") : data;
        Started client = host.startCli(command(step));
        awaitMiddle(step, old);
        daemon.kill();
        Result cut = client.await(LIMIT);
        daemon = Daemon.up(host);
        if (!step.isCarriedOn() || cut.exitCode() != 0) {
            assertThat(cut.exitCode()).as(cut.out()).isEqualTo(1);
            boolean transfer = step == Interrupted.EXPORT || step == Interrupted.IMPORT;
            assertOneClearLine(cut, transfer ? "cut off" : "daemon");
        }
        Await.until(LIMIT, "nothing is being done", () -> statuses().stream().noneMatch("maintenance"::equals));
        requireOrder(Set.of("data"));
        assertThat(outputs()).isEmpty();
        if (step == Interrupted.RESIZE) {
            assertThat(Files.size(old)).isEqualTo(1024 * MIB);
        }
        if (step != Interrupted.DELETE) {
            cli(command(step)).succeeded();
        }
        requireOrder(step.makesNew() ? Set.of("data", "new") : Set.of("data"));
        if (step.makesNew()) {
            cli("volume", "delete", "new", "-y").succeeded();
        }
        for (Path output : outputs()) {
            Files.delete(output);
        }
    }

    private String[] command(Interrupted step) {
        return Stream.of(step.command.split(" ", -1))
                .map(word -> switch (word) {
                    case "FILE" -> file.toString();
                    case "OUT" -> host.scratch().resolve("out.raw").toString();
                    default -> word;
                })
                .toArray(String[]::new);
    }

    /** Looks all the time: some of it takes a few milliseconds. */
    private void awaitMiddle(Interrupted step, Path old) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!isInTheMiddle(step, old)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it does not come to the middle of " + step);
            }
            Thread.onSpinWait();
        }
    }

    private boolean isInTheMiddle(Interrupted step, Path old) throws IOException {
        return switch (step) {
            case CREATE -> begun() >= 0;
            case CLONE, IMPORT -> begun() > MIB;
            case EXPORT -> !outputs().isEmpty();
            case RESIZE -> Files.size(old) > SIZE_MIB * MIB;
            case DELETE -> !Files.exists(old);
        };
    }

    /** The size of a disk that is being made; negative when none is. */
    private long begun() throws IOException {
        try (Stream<Path> files = Files.list(volumes())) {
            for (Path found : files.toList()) {
                if (found.toString().endsWith(".raw.partial")) {
                    return Files.size(found);
                }
            }
        } catch (java.nio.file.NoSuchFileException e) {
            // It has got its name meanwhile.
            return -1;
        }
        return -1;
    }

    private Path volumes() {
        return host.dataDirectory().resolve("volumes");
    }

    /** What an export writes, under a temporary name or its own. */
    private List<Path> outputs() throws IOException {
        try (Stream<Path> files = Files.list(host.scratch())) {
            return files.filter(found -> String.valueOf(found.getFileName()).matches("\\.?out\\.raw.*"))
                    .toList();
        }
    }

    private List<Map<?, ?>> listed() throws Exception {
        Object list = Jsonb.builder()
                .build()
                .type(Object.class)
                .map()
                .fromJson(cli("volume", "list", "-o", "json").succeeded().out())
                .get("volumes");
        List<Map<?, ?>> volumes = new ArrayList<>();
        ((List<?>) Objects.requireNonNull(list)).forEach(volume -> volumes.add((Map<?, ?>) volume));
        return volumes;
    }

    private List<String> statuses() throws Exception {
        return listed().stream()
                .map(volume -> String.valueOf(volume.get("status")))
                .toList();
    }

    private Path disk(String name) throws Exception {
        return listed().stream()
                .filter(volume -> name.equals(volume.get("name")))
                .map(volume -> Path.of(String.valueOf(volume.get("path"))))
                .findFirst()
                .orElseThrow();
    }

    /** Of what was imported first, whatever was made of its size since. */
    private String content() throws Exception {
        return host.run("sh", "-c", "head -c " + SIZE_MIB + "M \"$1\" | sha256sum", "sh", data.toString())
                .succeeded()
                .text();
    }

    /** These volumes and no others, each whole with its sidecar, no other file, and the old content. */
    private void requireOrder(Set<String> names) throws Exception {
        List<Map<?, ?>> volumes = listed();
        Set<String> seen = new TreeSet<>();
        Set<String> files = new TreeSet<>();
        for (Map<?, ?> volume : volumes) {
            seen.add(String.valueOf(volume.get("name")));
            files.add(volume.get("id") + ".raw");
            files.add(volume.get("id") + ".json");
            assertThat(volume.get("status")).as("%s", volume).isEqualTo("online");
            assertThat(Files.size(Path.of(String.valueOf(volume.get("path")))))
                    .isEqualTo(((Number) Objects.requireNonNull(volume.get("size_mb"))).longValue() * MIB);
        }
        assertThat(seen).isEqualTo(new TreeSet<>(names));
        try (Stream<Path> present = Files.list(volumes())) {
            assertThat(present.map(found -> String.valueOf(found.getFileName())))
                    .containsExactlyInAnyOrderElementsOf(files);
        }
        assertThat(content()).isEqualTo(content);
    }
}
