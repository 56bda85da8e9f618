package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** One record is one line that programs can read, whatever guests and users put into it. */
class LogFormatTest {
    private final LogFormat format = new LogFormat();

    private static LogRecord record(String message) {
        LogRecord record = new LogRecord(Level.INFO, message);
        record.setInstant(Instant.parse("2026-01-02T03:04:05.006Z"));
        record.setLoggerName("io.sistemo.machine.MachineDriver");
        return record;
    }

    @Test
    void aRecordIsALineOfKeysAndValues() {
        LogRecord record = record("{0} has {1} volumes");
        record.setParameters(new Object[] {"web", 3});
        assertThat(format.format(record))
                .isEqualTo("time=2026-01-02T03:04:05.006Z level=INFO source=MachineDriver"
                        + " message=\"web has 3 volumes\"\n");
    }

    @Test
    void noTextMakesASecondLineOrEndsTheValue() {
        for (String text :
                List.of("a\nb", "a\r\nb", "say \"no\"", "C:\\", "\" level=SEVERE source=x message=\"", "\u001b[2J")) {
            String line = format.format(record(text));
            assertThat(line).endsWith("\"\n");
            String value = line.substring(line.indexOf("message=\"") + "message=\"".length(), line.length() - 2);
            assertThat(value).as("of %s", text).doesNotContainPattern("[\\x00-\\x1f\\x7f]");
            assertThat(value.replace("\\\\", "").replace("\\\"", ""))
                    .as("of %s", text)
                    .doesNotContain("\"");
        }
    }

    @Test
    void anExceptionFollowsWithItsTrace() {
        LogRecord record = record("it failed");
        record.setThrown(new IllegalStateException("outer", new IllegalArgumentException("inner")));
        assertThat(format.format(record).lines()).first().asString().endsWith("message=\"it failed\"");
        assertThat(format.format(record))
                .contains("IllegalStateException: outer\n", "\tat io.sistemo.daemon.LogFormatTest.")
                .contains("Caused by: java.lang.IllegalArgumentException: inner");
    }

    @Test
    void aLoggerWithoutANameIsNoReasonToFail() {
        LogRecord record = record("x");
        record.setLoggerName(null);
        assertThat(format.format(record)).contains("message=\"x\"");
    }
}
