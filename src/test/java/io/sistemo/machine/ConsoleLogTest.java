package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What guests print is shown, but never obeyed. */
class ConsoleLogTest {
    @TempDir
    Path directory;

    private ConsoleLog printed(String text) throws IOException {
        Path file = directory.resolve("console.log");
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        return new ConsoleLog(file);
    }

    @Test
    void noLogIsAnEmptyOne() {
        ConsoleLog log = new ConsoleLog(directory.resolve("none"));
        assertThat(log.tail(10)).isEmpty();
        assertThat(log.lastLine()).isEmpty();
        assertThat(log.cause()).isEmpty();
        assertThat(log.lastWord()).isEmpty();
    }

    @Test
    void escapesAndBytesThatAreNotAsciiAreTakenOut() throws IOException {
        assertThat(printed("first\n\u001b[31mred\u001b[0m \u0007\u009b2J\u001b]0;title\u0007 end\r\n\n")
                        .lastLine())
                .hasValueSatisfying(line ->
                        assertThat(line).startsWith("red").endsWith("end").matches("[\\x20-\\x7e]*"));
        assertThat(printed("x".repeat(5000)).lastLine().orElseThrow()).hasSize(200);
    }

    @Test
    void theCauseOfAFailedBootIsFound() throws IOException {
        assertThat(printed("[    1.234567] Kernel panic - not syncing: VFS\nafter\n")
                        .cause())
                .contains("Kernel panic - not syncing: VFS");
        assertThat(printed("sistemo: cannot boot: no init\n").cause()).contains("sistemo: cannot boot: no init");
    }

    @Test
    void theTailIsTheEnd() throws IOException {
        assertThat(new String(printed("0123456789").tail(4), StandardCharsets.US_ASCII))
                .isEqualTo("6789");
    }

    @Test
    void whatAKernelSaysLastIsFoundAtTheEndOnly() throws IOException {
        assertThat(printed("[    9.1] reboot: Power down\n").lastWord()).contains(ConsoleLog.LastWord.POWER_DOWN);
        assertThat(printed("reboot: Power down").lastWord()).contains(ConsoleLog.LastWord.POWER_DOWN);
        assertThat(printed("[ 1.0] reboot: Restarting system with command 'x'\r\nbye\n")
                        .lastWord())
                .contains(ConsoleLog.LastWord.RESTARTING);
        assertThat(printed("reboot: Power down\none\ntwo\nthree\n").lastWord()).isEmpty();
        assertThat(printed("somebody said: reboot: Power down\n").lastWord()).isEmpty();
    }
}
