package io.sistemo.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is read about a process that changes or ends meanwhile. */
@Tag("hosttest")
class ProcessFilesTest {
    private static final int PROCESSES = 300;
    private static final List<String> COMMAND = List.of("/bin/sh", "-c", "exit 75");

    /** Read by several calls, the command line of one such process in ten is seen as "/". */
    @Test
    void aCommandLineIsWholeOrNotThere() throws Exception {
        Set<List<String>> seen = new HashSet<>();
        for (int i = 0; i < PROCESSES; i++) {
            Process process = new ProcessBuilder(COMMAND).start();
            while (process.isAlive()) {
                seen.add(ProcessFiles.commandLine(process.pid()));
            }
        }
        assertThat(seen).contains(COMMAND).isSubsetOf(Set.of(COMMAND, List.of()));
    }
}
