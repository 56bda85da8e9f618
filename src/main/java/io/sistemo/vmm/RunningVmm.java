package io.sistemo.vmm;

import io.sistemo.host.BootId;
import io.sistemo.host.ProcessIdentity;
import java.util.Optional;

/**
 * A VMM that was started, as its claim remembers it.
 *
 * @param process who it is
 * @param limits what it was started with; empty when that is not known any more, since its claim was made of what was found
 */
public record RunningVmm(ProcessIdentity process, Optional<DeviceLimits> limits) {
    private static final int WORDS_OF_IDENTITY = 3;

    /** As a claim's detail. */
    public String detail() {
        return process.pid() + " " + process.startTicks() + " "
                + process.bootId().value()
                + limits.map(known -> " " + known.word()).orElse("");
    }

    /**
     * Reads a claim's detail.
     *
     * @throws IllegalArgumentException when it is not one
     */
    public static RunningVmm parse(String detail) {
        String[] words = detail.split(" ", -1);
        if (words.length != WORDS_OF_IDENTITY && words.length != WORDS_OF_IDENTITY + 1) {
            throw new IllegalArgumentException("not a VMM that was started: " + detail);
        }
        return new RunningVmm(
                new ProcessIdentity(Long.parseLong(words[0]), Long.parseLong(words[1]), new BootId(words[2])),
                words.length == WORDS_OF_IDENTITY
                        ? Optional.empty()
                        : Optional.of(DeviceLimits.parse(words[WORDS_OF_IDENTITY])));
    }
}
