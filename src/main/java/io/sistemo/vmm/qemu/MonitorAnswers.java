package io.sistemo.vmm.qemu;

import io.sistemo.host.HostException;
import io.sistemo.vmm.DiskTransfers;
import io.sistemo.vmm.VmmCondition;
import java.util.List;
import java.util.Map;

/** What QEMU's monitor answers, in our words ({@code qapi/run-state.json} and {@code qapi/block-core.json} of QEMU). Pure. */
final class MonitorAnswers {
    private MonitorAnswers() {}

    /** Of {@code query-status}. */
    static VmmCondition condition(Object answer) {
        return switch (text(answer, "status")) {
            case "running" -> VmmCondition.RUNS;
            case "paused" -> VmmCondition.PAUSED;
            case "io-error" -> VmmCondition.HELD;
            case "guest-panicked" -> VmmCondition.PANICKED;
            default -> VmmCondition.STUCK;
        };
    }

    /** Of {@code query-blockstats}. */
    static DiskTransfers diskTransfers(Object answer) {
        if (!(answer instanceof List<?> devices)) {
            throw new HostException("the VMM makes no sense: " + answer);
        }
        long readBytes = 0;
        long writtenBytes = 0;
        long readOperations = 0;
        long writeOperations = 0;
        for (Object device : devices) {
            Object stats = field(device, "stats");
            readBytes += number(stats, "rd_bytes");
            writtenBytes += number(stats, "wr_bytes");
            readOperations += number(stats, "rd_operations");
            writeOperations += number(stats, "wr_operations");
        }
        return new DiskTransfers(readBytes, writtenBytes, readOperations, writeOperations);
    }

    private static String text(Object object, String name) {
        return String.valueOf(field(object, name));
    }

    private static long number(Object object, String name) {
        if (field(object, name) instanceof Number number) {
            return number.longValue();
        }
        throw new HostException("the VMM makes no sense: no number " + name + " in " + object);
    }

    private static Object field(Object object, String name) {
        Object value = object instanceof Map<?, ?> map ? map.get(name) : null;
        if (value == null) {
            throw new HostException("the VMM makes no sense: no " + name + " in " + object);
        }
        return value;
    }
}
