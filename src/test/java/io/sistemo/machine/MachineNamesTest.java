package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import org.junit.jupiter.api.Test;

/** The names that existing users have, and no others. */
class MachineNamesTest {
    @Test
    void takesWhatWasAlwaysTaken() {
        for (String name : new String[] {"web", "A", "0", "my_web-2.example", "ends-with-", "v1.", "x".repeat(128)}) {
            assertThat(MachineNames.requireValid(name)).isEqualTo(name);
        }
    }

    @Test
    void refusesTheRestInOneShortLine() {
        for (String name : new String[] {
            "",
            "-web",
            ".web",
            "_web",
            "a..b",
            "../x",
            "a/b",
            "a b",
            "web\n",
            "\u001b[2J",
            "\u00fc",
            "x".repeat(129),
            "x".repeat(9999)
        }) {
            assertThatExceptionOfType(Refusal.class)
                    .as(name)
                    .isThrownBy(() -> MachineNames.requireValid(name))
                    .satisfies(refusal -> {
                        assertThat(refusal.code()).isEqualTo(RefusalCode.BAD_INPUT);
                        assertThat(refusal.sentence())
                                .hasSizeLessThan(250)
                                .doesNotContainPattern("\\p{Cntrl}")
                                .contains("is not allowed");
                    });
        }
    }
}
