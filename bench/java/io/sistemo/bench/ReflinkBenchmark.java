package io.sistemo.bench;

import io.sistemo.host.Filesystems;
import io.sistemo.host.LinuxHost;
import io.sistemo.host.LinuxPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Copies of disks in process, on an XFS of its own that shares blocks: of a small disk and of a large one, in turn. */
final class ReflinkBenchmark {
    private static final int TIMES = 25;
    private static final int WARM_UP = 5;
    private static final long MIB = 1 << 20;
    private static final int SMALL_MIB = 64;
    private static final int LARGE_MIB = 2048;
    private static final double MOST_MILLISECONDS = 10;
    /** What does not depend on the size takes as long; single commits of a journal differ by this much. */
    private static final double SAME = 1.5;

    private final Filesystems filesystems;

    private ReflinkBenchmark(Filesystems filesystems) {
        this.filesystems = filesystems;
    }

    static List<Measurement> run(Installation installation) throws Exception {
        Path filesystem = installation.work().resolve("xfs.raw");
        Path mounted = Files.createDirectory(installation.work().resolve("xfs"));
        Commands.run("truncate", "-s", "4G", filesystem.toString());
        Commands.run("mkfs.xfs", "-q", "-m", "reflink=1", filesystem.toString());
        Commands.run("mount", "-o", "loop", filesystem.toString(), mounted.toString());
        try {
            LinuxHost host = new LinuxHost(new LinuxPrograms(), Files.createDirectory(mounted.resolve("run")));
            return new ReflinkBenchmark(host.filesystems()).measured(mounted);
        } finally {
            Commands.run("umount", mounted.toString());
            Files.delete(filesystem);
        }
    }

    private List<Measurement> measured(Path directory) throws Exception {
        Path small = written(directory.resolve("small"), SMALL_MIB);
        Path large = written(directory.resolve("large"), LARGE_MIB);
        List<Double> ofSmall = new ArrayList<>();
        List<Double> ofLarge = new ArrayList<>();
        for (int i = 0; i < TIMES + WARM_UP; i++) {
            double one = milliseconds(small, SMALL_MIB);
            double other = milliseconds(large, LARGE_MIB);
            if (i >= WARM_UP) {
                ofSmall.add(one);
                ofLarge.add(other);
            }
        }
        double smallMedian = Commands.median(ofSmall);
        double largeMedian = Commands.median(ofLarge);
        return List.of(
                Measurement.ratio("reflink copy of 2 GiB / of 64 MiB, on XFS", largeMedian, smallMedian, "ms", SAME),
                Measurement.bound("reflink copy of 2 GiB in process, on XFS", largeMedian, MOST_MILLISECONDS, "ms"));
    }

    /** All of it written, so that every block is to be shared; and a file system, so that a copy gets an id of its own. */
    private static Path written(Path file, int mebibytes) throws IOException, InterruptedException {
        Commands.run("dd", "if=/dev/zero", "of=" + file, "bs=1M", "count=" + mebibytes, "conv=fsync", "status=none");
        Commands.run("mkfs.ext4", "-q", "-F", "-E", "nodiscard", file.toString());
        Commands.run("sync", file.toString());
        return file;
    }

    private double milliseconds(Path disk, int mebibytes) throws IOException {
        Path copy = disk.resolveSibling("copy");
        long began = System.nanoTime();
        filesystems.makeFrom(disk, copy, mebibytes * MIB, UUID.randomUUID(), "bench");
        double milliseconds = (System.nanoTime() - began) / 1e6;
        Files.delete(copy);
        return milliseconds;
    }
}
