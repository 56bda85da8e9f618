package io.sistemo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/recovery.md} are what daemons do. */
class RecoveryDocumentTest {
    private static final Path DOCUMENT = Path.of("docs/recovery.md");
    private static final String BEGIN = "<!-- Made by RecoveryDocumentTest; see there. -->\n";
    private static final String REGENERATE =
            "mvn test -Dtest=RecoveryDocumentTest -Dsistemo.write=true -Dsurefire.failIfNoSpecifiedTests=false";

    @Test
    void theTablesAreTrue() throws IOException {
        String document = Files.readString(DOCUMENT);
        assertThat(document).contains(BEGIN);
        String written = document.substring(0, document.indexOf(BEGIN) + BEGIN.length());
        List<String> tables = Stream.of(CrashScenario.values())
                .parallel()
                .map(scenario -> new RecoveryTable(scenario).render())
                .toList();
        String made =
                written + "\n" + tables.stream().collect(Collectors.joining()).stripTrailing() + "\n";
        if (Boolean.getBoolean("sistemo.write")) {
            Files.writeString(DOCUMENT, made);
        }
        assertThat(Files.readString(DOCUMENT))
                .as("what daemons do has changed: look whether that is right, then make the tables anew with: "
                        + REGENERATE)
                .isEqualTo(made);
    }
}
