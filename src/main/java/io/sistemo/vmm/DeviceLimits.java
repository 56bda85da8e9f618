package io.sistemo.vmm;

import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The most that a machine's devices let through, in each second; empty is unlimited.
 *
 * @param receivedBytes what the guest receives from the network
 * @param sentBytes what the guest sends to the network
 * @param diskOperations reads and writes of each disk
 * @param diskBytes what is read from and written to each disk
 */
public record DeviceLimits(
        OptionalLong receivedBytes, OptionalLong sentBytes, OptionalLong diskOperations, OptionalLong diskBytes) {
    /** No limit at all. */
    public static final DeviceLimits NONE =
            new DeviceLimits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

    private static final int COUNT = 4;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final long UNLIMITED = 0;

    /** All four in their order as one word, 0 for what is unlimited. */
    public String word() {
        return Stream.of(receivedBytes, sentBytes, diskOperations, diskBytes)
                .map(limit -> Long.toString(limit.orElse(UNLIMITED)))
                .collect(Collectors.joining(","));
    }

    /**
     * Reads what {@link #word} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static DeviceLimits parse(String word) {
        List<String> parts = List.of(word.split(",", -1));
        if (parts.size() != COUNT
                || !parts.stream().allMatch(part -> NUMBER.matcher(part).matches())) {
            throw new IllegalArgumentException("not the limits of devices: " + word);
        }
        List<OptionalLong> limits =
                parts.stream().map(part -> of(Long.parseLong(part), 1)).toList();
        return new DeviceLimits(limits.get(0), limits.get(1), limits.get(2), limits.get(3));
    }

    /** A limit of so many units; 0 is none. */
    public static OptionalLong of(long number, long unit) {
        return number == UNLIMITED ? OptionalLong.empty() : OptionalLong.of(Math.multiplyExact(number, unit));
    }
}
