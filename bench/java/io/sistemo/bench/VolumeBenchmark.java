package io.sistemo.bench;

import io.sistemo.host.Filesystems;
import io.sistemo.host.LinuxHost;
import io.sistemo.host.LinuxPrograms;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Volumes, asked of the daemon and waited for, against the same by hand in the same directory. */
final class VolumeBenchmark {
    private static final int TIMES = 15;
    /** Before those that count: a daemon that just came up runs code that is not compiled yet. */
    private static final int WARM_UP = 30;

    private static final String VOLUMES = "http://127.0.0.1:7777/api/v1/volumes";
    private static final Pattern ID = Pattern.compile("\"id\" *: *\"([^\"]+)\"");

    private VolumeBenchmark() {}

    static List<Measurement> run(Installation installation) throws Exception {
        Path image = image(installation.data());
        return List.of(create(installation.data()), copy(installation.data(), image), root(installation.data(), image));
    }

    private static Measurement create(Path data) throws Exception {
        Path file = data.resolve("by-hand.raw");
        double[] medians = inTurn(
                () -> send("POST", "", "{\"name\":\"bench\",\"size_mb\":10240}"),
                () -> shell("truncate -s 10G \"$1\" && mkfs.ext4 -q -F \"$1\" && sync \"$1\"", file),
                () -> {
                    send("DELETE", "/bench", "");
                    Files.delete(file);
                });
        return Measurement.ratio("volume create 10 GiB / truncate, mkfs.ext4, sync", medians[0], medians[1], "ms", 1.5);
    }

    private static Path image(Path data) throws IOException {
        try (Stream<Path> images = Files.list(data.resolve("images"))) {
            return images.filter(file -> file.toString().endsWith(".ext4"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The disk of a deploy, in process: a copy of the image with an id of its own. */
    private static Measurement root(Path data, Path image) throws Exception {
        Path directory = Files.createDirectory(data.resolveSibling("clones"));
        Filesystems filesystems = new LinuxHost(new LinuxPrograms(), directory).filesystems();
        Path disk = data.resolve("root.raw");
        Path file = data.resolve("by-hand.raw");
        long bytes = Files.size(image);
        double[] medians = inTurn(
                () -> filesystems.makeFrom(image, disk, bytes, UUID.randomUUID(), "bench"),
                () -> shell("cp --sparse=always \"$1\" \"$2\" && sync \"$2\"", image, file),
                () -> {
                    Files.delete(disk);
                    Files.delete(file);
                });
        return Measurement.ratio(
                "root cloned of the image, in process / cp --sparse=always, sync", medians[0], medians[1], "ms", 1.2);
    }

    /** Of a volume that holds what the image does. */
    private static Measurement copy(Path data, Path image) throws Exception {
        long sizeMib = (Files.size(image) + (1 << 20) - 1) >> 20;
        Matcher id = ID.matcher(send("POST", "", "{\"name\":\"base\",\"size_mb\":" + sizeMib + "}"));
        if (!id.find()) {
            throw new IOException("the answer names no volume");
        }
        Path base = data.resolve("volumes").resolve(id.group(1) + ".raw");
        shell("cp --sparse=always \"$1\" \"$2\" && truncate -s \"$3M\" \"$2\"", image, base, sizeMib);
        Path file = data.resolve("by-hand.raw");
        double[] medians = inTurn(
                () -> send("POST", "/base/clone", "{\"name\":\"bench\"}"),
                () -> shell("cp --sparse=always \"$1\" \"$2\" && sync \"$2\"", base, file),
                () -> {
                    send("DELETE", "/bench", "");
                    Files.delete(file);
                });
        send("DELETE", "/base", "");
        return Measurement.ratio(
                "volume clone of the image's content / cp --sparse=always, sync", medians[0], medians[1], "ms", 1.2);
    }

    /** Something that is measured. */
    private interface Work {
        void run() throws Exception;
    }

    private static double[] inTurn(Work ours, Work byHand, Work cleanUp) throws Exception {
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        for (int i = 0; i < TIMES + WARM_UP; i++) {
            double one = milliseconds(ours);
            double other = milliseconds(byHand);
            cleanUp.run();
            if (i >= WARM_UP) {
                first.add(one);
                second.add(other);
            }
        }
        return new double[] {Commands.median(first), Commands.median(second)};
    }

    private static double milliseconds(Work work) throws Exception {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e6;
    }

    private static void shell(String script, Object... arguments) throws IOException, InterruptedException {
        List<String> command = Commands.list("/bin/sh", "-ec", script, "sh");
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        Commands.run(command);
    }

    private static String send(String method, String path, String json) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(VOLUMES + path).toURL().openConnection();
        connection.setRequestMethod(method);
        if (!json.isEmpty()) {
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            connection.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
        }
        try (var stream = connection.getInputStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
