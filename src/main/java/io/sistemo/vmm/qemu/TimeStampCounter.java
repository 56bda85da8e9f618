package io.sistemo.vmm.qemu;

import io.sistemo.host.HostException;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.Programs;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The frequency of the host's time stamp counter, which emulated guests see but cannot measure. */
public final class TimeStampCounter {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final Pattern DETECTED = Pattern.compile("tsc: Detected ([0-9.]+) MHz");
    private static final Pattern CURRENT = Pattern.compile("(?m)^cpu MHz\\s*: ([0-9.]+)$");
    private static final BigDecimal KHZ_PER_MHZ = BigDecimal.valueOf(1000);

    private TimeStampCounter() {}

    /**
     * In kHz: what the kernel measured at its start, else the processor's present clock.
     *
     * @throws HostException when neither can be read
     */
    public static long khz(Programs programs) {
        return detected(programs)
                .or(TimeStampCounter::current)
                .orElseThrow(() -> new HostException("cannot tell the frequency of the time stamp counter"));
    }

    private static Optional<Long> detected(Programs programs) {
        try {
            return parse(DETECTED, programs.run(ProgramCall.of("dmesg")).output());
        } catch (HostException e) {
            // No such program, or not allowed: the other source is nearly as good.
            return Optional.empty();
        }
    }

    private static Optional<Long> current() {
        try {
            return parse(CURRENT, Files.readString(PROCESSORS));
        } catch (IOException e) {
            throw new HostException("cannot read " + PROCESSORS, e);
        }
    }

    static Optional<Long> parse(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find()
                ? Optional.of(
                        new BigDecimal(matcher.group(1)).multiply(KHZ_PER_MHZ).longValue())
                : Optional.empty();
    }
}
