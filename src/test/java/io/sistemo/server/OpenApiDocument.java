package io.sistemo.server;

import static io.sistemo.server.ApiSchemas.ordered;

import io.sistemo.api.ErrorBody;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.ExecExit;
import io.sistemo.api.ExecResize;
import io.sistemo.api.ExecStart;
import io.sistemo.server.ApiDescription.Answer;
import io.sistemo.server.ApiDescription.Description;
import io.sistemo.server.ApiDescription.Parameter;
import io.sistemo.server.ApiDescription.RawFile;
import io.sistemo.server.ApiRoutes.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** The HTTP API as OpenAPI 3.1: made of the routes that are registered, the records of the wire, and their description. */
final class OpenApiDocument {
    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{(\\w+)}");

    private static final String HEAD = """
            # Generated from the routes and the wire's records. Do not edit:
            #   mvn test -Dtest=OpenApiTest -Dopenapi.write=true
            """;

    private final ApiSchemas schemas = new ApiSchemas();
    private final Map<Route, Description> descriptions = ApiDescription.all();

    /** As a tree of maps, lists and texts. */
    Map<String, Object> tree() {
        Map<String, Object> paths = new LinkedHashMap<>();
        for (Route route : ApiRoutes.registered()) {
            Description description = descriptions.get(route);
            if (description == null) {
                throw new AssertionError("ApiDescription says nothing of " + route);
            }
            methods(paths, route).put(route.method().toLowerCase(Locale.ROOT), operation(route, description));
        }
        // What travels over the WebSocket is in no answer.
        schemas.reference(ExecStart.class, true);
        schemas.reference(ExecResize.class, true);
        schemas.reference(ExecExit.class, false);
        schemas.reference(ErrorBody.class, false);
        return ordered(
                "openapi",
                "3.1.0",
                "info",
                ordered(
                        "title",
                        "Sistemo",
                        "version",
                        "v1",
                        "description",
                        "The daemon's API. It listens on loopback; root and the owner of the data directory may call"
                                + " without credentials. Fields without a value are null, not left out. Wherever {id} is a"
                                + " machine, its name and any unique beginning of its id work too.",
                        "license",
                        ordered("name", "Apache-2.0", "identifier", "Apache-2.0")),
                "servers",
                List.of(ordered("url", "http://127.0.0.1:7777")),
                "paths",
                paths,
                "components",
                ordered("schemas", schemas.all()));
    }

    /** The records that are in it. */
    Map<String, Object> schemas() {
        tree();
        return schemas.all();
    }

    /** As the file has it. */
    String text() {
        Dump dump = new Dump(DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setIndicatorIndent(2)
                .setIndentWithIndicator(true)
                .setWidth(120)
                .build());
        return HEAD + dump.dumpToString(tree());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> methods(Map<String, Object> paths, Route route) {
        return (Map<String, Object>) paths.computeIfAbsent(route.path(), _ -> new LinkedHashMap<String, Object>());
    }

    private Map<String, Object> operation(Route route, Description description) {
        Map<String, Object> operation = ordered("summary", description.summary());
        List<Object> parameters = new ArrayList<>();
        Matcher inPath = PATH_PARAMETER.matcher(route.path());
        while (inPath.find()) {
            String type = inPath.group(1).endsWith("_port") ? "integer" : "string";
            parameters.add(
                    ordered("name", inPath.group(1), "in", "path", "required", true, "schema", ordered("type", type)));
        }
        for (Parameter parameter : description.parameters()) {
            parameters.add(ordered(
                    "name",
                    parameter.name(),
                    "in",
                    "query",
                    "description",
                    parameter.description(),
                    "schema",
                    ordered("type", parameter.type())));
        }
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        description
                .body()
                .ifPresent(record -> operation.put(
                        "requestBody",
                        ordered(
                                "required",
                                true,
                                "content",
                                record == RawFile.class
                                        ? ordered("application/octet-stream", ordered())
                                        : json("application/json", record, true))));
        operation.put("responses", responses(description));
        return operation;
    }

    private Map<String, Object> responses(Description description) {
        Map<String, Object> responses = new LinkedHashMap<>();
        for (Answer answer : description.answers()) {
            Map<String, Object> response = ordered("description", answer.description());
            answer.media()
                    .ifPresent(media -> response.put(
                            "content",
                            answer.record().isPresent() && media.equals("application/json")
                                    ? json(media, answer.record().get(), false)
                                    : ordered(media, ordered("schema", ordered("type", "string")))));
            // The data of events is a record all the same.
            answer.record().ifPresent(record -> schemas.reference(record, false));
            responses.put(Integer.toString(answer.status()), response);
        }
        Map<Integer, String> refusals = description.refusals().stream()
                .collect(Collectors.toMap(
                        ErrorCode::status,
                        ErrorCode::wire,
                        (one, other) -> one + ", " + other,
                        java.util.TreeMap::new));
        refusals.forEach((status, codes) -> responses.put(
                Integer.toString(status),
                ordered("description", codes, "content", json("application/json", ErrorBody.class, false))));
        return responses;
    }

    private Map<String, Object> json(String media, Class<?> record, boolean asRequest) {
        return ordered(media, ordered("schema", schemas.reference(record, asRequest)));
    }
}
