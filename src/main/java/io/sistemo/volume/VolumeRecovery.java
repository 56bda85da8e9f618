package io.sistemo.volume;

import java.util.List;

/**
 * What was found when disks and rows were compared.
 *
 * @param adopted volumes that had a disk and no row, and have both now
 * @param grown volumes whose disk was larger than their row said, which it says now
 * @param problems sentences for the user about what was left as it is
 */
public record VolumeRecovery(List<VolumeDetails> adopted, List<VolumeDetails> grown, List<String> problems) {
    /** Copies the lists. */
    public VolumeRecovery {
        adopted = List.copyOf(adopted);
        grown = List.copyOf(grown);
        problems = List.copyOf(problems);
    }
}
