package io.sistemo.vmm.firecracker;

import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.vmm.DiskTransfers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sums of all that one Firecracker has written to its metrics since it started. A line counts from the line before, and the file's head
 * is given back from time to time: what was counted up to a place in it is kept in a file of ours beside it.
 *
 * @param offset up to where it was counted, in bytes; always the beginning of a line
 * @param disks the sums
 */
record CountedMetrics(long offset, DiskTransfers disks) {
    private static final CountedMetrics NOTHING = new CountedMetrics(0, new DiskTransfers(0, 0, 0, 0));
    private static final Pattern FORM =
            Pattern.compile("(\\d{1,18}) (\\d{1,18}) (\\d{1,18}) (\\d{1,18}) (\\d{1,18})\n");
    private static final int OWNER_ONLY = 0600;
    private static final int CHUNK_BYTES = 4 << 20;
    /** What is written in some days without a daemon; what goes beyond makes no sense. */
    private static final int MOST_CHUNKS = 16;

    /** A tenth of what is kept of the file: it is remembered that often and no oftener, since each time is a sync. */
    private static final int REMEMBERED_EVERY_BYTES = 200 << 10;

    /** Where sums are kept that belong to metrics. */
    static Path beside(Path metrics) {
        return metrics.resolveSibling(metrics.getFileName() + ".counted");
    }

    /**
     * All that was written up to now.
     *
     * @throws HostException when it cannot be read, makes no sense, or is more than a Firecracker writes
     */
    static CountedMetrics read(Host host, Path metrics) {
        CountedMetrics counted = host.files()
                .readText(beside(metrics))
                .map(CountedMetrics::parse)
                .orElse(NOTHING);
        for (int chunk = 0; chunk < MOST_CHUNKS; chunk++) {
            byte[] more = host.files().readFrom(metrics, counted.offset, CHUNK_BYTES);
            CountedMetrics next = counted.with(more);
            if (more.length < CHUNK_BYTES) {
                return next;
            }
            if (next.offset == counted.offset) {
                throw new HostException("Firecracker's metrics make no sense: a line has no end");
            }
            counted = next;
        }
        throw new HostException("Firecracker has written more metrics than it should: they are not counted");
    }

    /** Keeps the sums if enough was written since they were kept, as {@link #read} does it. */
    static void remember(Host host, Path metrics) {
        Optional<CountedMetrics> kept = host.files().readText(beside(metrics)).map(CountedMetrics::parse);
        CountedMetrics counted = read(host, metrics);
        if (counted.offset - kept.orElse(NOTHING).offset >= REMEMBERED_EVERY_BYTES) {
            host.files().writeAtomically(beside(metrics), counted.text(), OWNER_ONLY, 0);
        }
    }

    /** With further lines; one that is not whole yet is left for the next time. */
    CountedMetrics with(byte[] more) {
        String text = new String(more, StandardCharsets.ISO_8859_1);
        int end = text.lastIndexOf('\n') + 1;
        DiskTransfers sum = text.substring(0, end)
                .lines()
                .filter(line -> !line.isBlank())
                .map(MetricsLine::transfers)
                .reduce(disks, CountedMetrics::sum);
        return new CountedMetrics(offset + end, sum);
    }

    private static DiskTransfers sum(DiskTransfers one, DiskTransfers other) {
        try {
            return new DiskTransfers(
                    Math.addExact(one.readBytes(), other.readBytes()),
                    Math.addExact(one.writtenBytes(), other.writtenBytes()),
                    Math.addExact(one.readOperations(), other.readOperations()),
                    Math.addExact(one.writeOperations(), other.writeOperations()));
        } catch (ArithmeticException e) {
            throw new HostException("Firecracker's metrics make no sense: they are too large", e);
        }
    }

    private byte[] text() {
        return (offset + " " + disks.readBytes() + " " + disks.writtenBytes() + " " + disks.readOperations() + " "
                        + disks.writeOperations() + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static CountedMetrics parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new HostException(
                    "what was counted of Firecracker's metrics cannot be read: " + OneLine.of(text, ""));
        }
        return new CountedMetrics(
                Long.parseLong(matcher.group(1)),
                new DiskTransfers(
                        Long.parseLong(matcher.group(2)),
                        Long.parseLong(matcher.group(3)),
                        Long.parseLong(matcher.group(4)),
                        Long.parseLong(matcher.group(5))));
    }
}
