package io.sistemo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.avaje.jsonb.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code openapi.yaml} is what the server really has; {@link RunningApi} holds every answer of other tests against it. */
class OpenApiTest {
    private static final Path FILE = Path.of("openapi.yaml");
    private static final Path RECORDS = Path.of("src/main/java/io/sistemo/api");

    @Test
    void theFileIsWhatTheCodeSays() throws IOException {
        String generated = new OpenApiDocument().text();
        if (Boolean.getBoolean("openapi.write")) {
            Files.writeString(FILE, generated);
        }
        assertThat(Files.readString(FILE))
                .as("openapi.yaml is not what routes and records say; make it anew, and look at the difference, with:"
                        + " mvn test -Dtest=OpenApiTest -Dopenapi.write=true")
                .isEqualTo(generated);
    }

    @Test
    void theFileIsYamlThatSaysTheSame() throws IOException {
        Object read = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(FILE));
        assertThat(read).isEqualTo(new OpenApiDocument().tree());
    }

    @Test
    void routesAndTheirDescriptionsAreTheSame() {
        List<ApiRoutes.Route> routes = ApiRoutes.registered();
        assertThat(routes).doesNotHaveDuplicates().hasSizeGreaterThan(20);
        assertThat(ApiDescription.all().keySet()).containsExactlyInAnyOrderElementsOf(routes);
    }

    @Test
    void everyRecordOfTheWireIsInIt() throws IOException {
        Set<String> records = new TreeSet<>();
        try (Stream<Path> sources = Files.list(RECORDS)) {
            for (Path source : sources.toList()) {
                String name = source.getFileName().toString().replace(".java", "");
                String text = Files.readString(source);
                if (text.contains("@" + Json.class.getSimpleName()) && text.contains("public record " + name)) {
                    records.add(name);
                }
            }
        }
        assertThat(records)
                .hasSizeGreaterThan(20)
                .isEqualTo(new OpenApiDocument().schemas().keySet());
    }

    /** The check that other tests rely on can fail. */
    @Test
    void anAnswerThatIsNotAsPromisedIsNoticed() {
        Map<String, Object> schema = Map.of("$ref", "#/components/schemas/DeleteResponse");
        AnswerCheck.require("here", Map.of("machine_id", "m", "terminated", true), schema);
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("machine_id", "m"),
                Map.of("machine_id", "m", "terminated", "yes"),
                Map.of("machine_id", 1, "terminated", true),
                Map.of("machine_id", "m", "terminated", true, "more", 1))) {
            assertThatThrownBy(() -> AnswerCheck.require("here", wrong, schema)).isInstanceOf(AssertionError.class);
        }
    }
}
