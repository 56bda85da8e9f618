package io.sistemo.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Listing many volumes, per row, against listing few. They come in by {@code volume recover}, and stay: this is the last. */
final class VolumeListBenchmark {
    private static final int FEW = 10;
    private static final int MANY = 10_000;
    private static final int TIMES_FEW = 200;
    private static final int TIMES_MANY = 15;
    private static final int WARM_UP = 10;
    private static final long DISK_BYTES = 16L << 20;
    private static final double MICROSECONDS = 1000;

    private VolumeListBenchmark() {}

    static Measurement run(Installation installation) throws Exception {
        double few = perRow(installation, FEW, TIMES_FEW);
        double many = perRow(installation, MANY, TIMES_MANY);
        return Measurement.ratio("a row of 10,000 volumes listed / of 10", many, few, "us", 3);
    }

    private static double perRow(Installation installation, int volumes, int times) throws Exception {
        int there = rows(installation.get("/api/v1/volumes"));
        for (int i = there; i < volumes; i++) {
            Path disk = installation.data().resolve("volumes").resolve(UUID.randomUUID() + ".raw");
            try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
                file.setLength(DISK_BYTES);
            }
        }
        installation.answer("POST", "/api/v1/volumes/recover");
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < times + WARM_UP; i++) {
            long began = System.nanoTime();
            String list = installation.get("/api/v1/volumes");
            double milliseconds = (System.nanoTime() - began) / 1e6;
            if (rows(list) != volumes) {
                throw new IOException("there are " + rows(list) + " volumes instead of " + volumes);
            }
            if (i >= WARM_UP) {
                all.add(milliseconds);
            }
        }
        return Commands.median(all) * MICROSECONDS / volumes;
    }

    private static int rows(String list) {
        return list.split("\"size_mb\"", -1).length - 1;
    }
}
