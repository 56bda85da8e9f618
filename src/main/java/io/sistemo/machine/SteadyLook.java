package io.sistemo.machine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A look at machines, of whom rows say one thing and drivers, asked a moment later, may say another. Then the rows are read
 * again, so that nobody is told of a state that never was: a machine that ran when the rows were read and had been stopped
 * when its driver was asked neither starts nor is in trouble.
 */
final class SteadyLook {
    /** So many changes of one machine during a look do not happen; an answer has to come in any case. */
    private static final int MOST_READINGS = 10;

    private SteadyLook() {}

    /**
     * What users are shown.
     *
     * @param rows reads them
     * @param derive asks the drivers about each machine, in the same order
     */
    static List<MachineDetails> take(
            Supplier<List<MachineFacts>> rows, Function<List<MachineFacts>, List<MachineDetails>> derive) {
        List<MachineFacts> facts = rows.get();
        List<MachineDetails> details = derive.apply(facts);
        Set<MachineFacts> doubtful = doubtful(facts, details);
        for (int readings = 1; readings < MOST_READINGS && !doubtful.isEmpty(); readings++) {
            facts = rows.get();
            if (new HashSet<>(facts).containsAll(doubtful)) {
                break;
            }
            details = derive.apply(facts);
            doubtful = doubtful(facts, details);
        }
        return details;
    }

    /** Those of which the drivers may have said something else than the rows. */
    private static Set<MachineFacts> doubtful(List<MachineFacts> facts, List<MachineDetails> details) {
        Set<MachineFacts> doubtful = new HashSet<>();
        for (int i = 0; i < facts.size(); i++) {
            MachineStatus status = details.get(i).status();
            if (facts.get(i).operation().isEmpty()
                    && (status == MachineStatus.MAINTENANCE || status == MachineStatus.ERROR)) {
                doubtful.add(facts.get(i));
            }
        }
        return doubtful;
    }
}
