package io.sistemo.vmm.firecracker;

import io.avaje.json.JsonException;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import io.sistemo.host.HostException;
import io.sistemo.vmm.DiskTransfers;
import java.util.Map;

/**
 * One line of what Firecracker writes to its metrics: an object, in which {@code block} is what all disks did together since the line
 * before ({@code docs/metrics.md} and {@code src/vmm/src/logger/metrics.rs} of Firecracker). Whoever has broken out of a guest may
 * write there what he likes. Pure.
 */
final class MetricsLine {
    private static final JsonType<Map<String, Object>> JSON =
            Jsonb.builder().build().type(Object.class).map();
    /** It has three levels; a parser calls itself for each. */
    private static final int MOST_LEVELS = 16;

    private MetricsLine() {}

    /**
     * What one line says of disks.
     *
     * @throws HostException when it makes no sense
     */
    static DiskTransfers transfers(String line) {
        if (levels(line) > MOST_LEVELS) {
            throw senseless(line);
        }
        try {
            if (JSON.fromJson(line).get("block") instanceof Map<?, ?> block) {
                return new DiskTransfers(
                        number(block, "read_bytes", line),
                        number(block, "write_bytes", line),
                        number(block, "read_count", line),
                        number(block, "write_count", line));
            }
        } catch (JsonException | IllegalArgumentException | IllegalStateException | NullPointerException e) {
            throw new HostException(sentence(line), e);
        }
        throw senseless(line);
    }

    private static int levels(String line) {
        int most = 0;
        int level = 0;
        for (int i = 0; i < line.length(); i++) {
            switch (line.charAt(i)) {
                case '{', '[' -> most = Math.max(most, ++level);
                case '}', ']' -> level--;
                default -> {
                    // Part of a name or a value.
                }
            }
        }
        return most;
    }

    private static long number(Map<?, ?> block, String name, String line) {
        if (block.get(name) instanceof Number number && number.longValue() >= 0) {
            return number.longValue();
        }
        throw senseless(line);
    }

    private static HostException senseless(String line) {
        return new HostException(sentence(line));
    }

    private static String sentence(String line) {
        return "Firecracker's metrics make no sense: " + OneLine.of(line, "an empty line");
    }
}
