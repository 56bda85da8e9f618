package io.sistemo.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Programs that the benchmarks run, and how long they take. */
final class Commands {
    private Commands() {}

    /** Runs a program to its end; what it prints on standard output is returned. */
    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        if (exitCode != 0) {
            throw new IOException(String.join(" ", command) + ": exit code " + exitCode);
        }
        return out.strip();
    }

    static String run(String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }

    /** Starts a program that goes on by itself; its output goes to a file. */
    static Process start(Path log, String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
    }

    /** Milliseconds that a program takes from start to end, output included. */
    static double milliseconds(List<String> command) throws IOException, InterruptedException {
        long began = System.nanoTime();
        run(command);
        return (System.nanoTime() - began) / 1e6;
    }

    /** Medians of two programs that are run in turn, so that both meet the same noise. */
    static double[] mediansInTurn(int times, List<String> first, List<String> second)
            throws IOException, InterruptedException {
        List<Double> firsts = new ArrayList<>();
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            firsts.add(milliseconds(first));
            seconds.add(milliseconds(second));
        }
        return new double[] {median(firsts), median(seconds)};
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    static List<String> list(String first, String... more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(Arrays.asList(more));
        return all;
    }
}
