package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.machine.MachineRequests.Action;
import io.sistemo.machine.MachineRequests.Verdict;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole table of what happens to a request while an operation runs. */
class MachineRequestsTest {
    @ParameterizedTest
    @CsvSource({
        "DEPLOY,  JOIN,   REFUSE,    REFUSE,    SUPERSEDE, REFUSE, REFUSE",
        "START,   JOIN,   SUPERSEDE, REFUSE,    SUPERSEDE, REFUSE, REFUSE",
        "STOP,    REFUSE, JOIN,      REFUSE,    SUPERSEDE, REFUSE, REFUSE",
        "RESTART, JOIN,   SUPERSEDE, JOIN,      SUPERSEDE, REFUSE, REFUSE",
        "REBOOT,  JOIN,   SUPERSEDE, JOIN,      SUPERSEDE, REFUSE, REFUSE",
        "PAUSE,   REFUSE, SUPERSEDE, SUPERSEDE, SUPERSEDE, JOIN,   REFUSE",
        "RESUME,  JOIN,   SUPERSEDE, SUPERSEDE, SUPERSEDE, REFUSE, JOIN",
        "DELETE,  REFUSE, REFUSE,    REFUSE,    JOIN,      REFUSE, REFUSE",
    })
    void whileSomethingRuns(
            Action running,
            Verdict start,
            Verdict stop,
            Verdict restart,
            Verdict delete,
            Verdict pause,
            Verdict resume) {
        assertThat(MachineRequests.verdict(Optional.of(running), Action.PAUSE)).isEqualTo(pause);
        assertThat(MachineRequests.verdict(Optional.of(running), Action.RESUME)).isEqualTo(resume);
        assertThat(MachineRequests.verdict(Optional.of(running), Action.START)).isEqualTo(start);
        assertThat(MachineRequests.verdict(Optional.of(running), Action.STOP)).isEqualTo(stop);
        assertThat(MachineRequests.verdict(Optional.of(running), Action.RESTART))
                .isEqualTo(restart);
        assertThat(MachineRequests.verdict(Optional.of(running), Action.DELETE)).isEqualTo(delete);
        assertThat(MachineRequests.verdict(Optional.of(running), Action.DEPLOY)).isEqualTo(Verdict.REFUSE);
    }

    @Test
    void whenNothingRunsItBegins() {
        for (Action action : Action.values()) {
            assertThat(MachineRequests.verdict(Optional.empty(), action)).isEqualTo(Verdict.BEGIN);
        }
    }
}
