package io.sistemo.vmm.firecracker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for Firecracker: its command line, its socket and what that answers; the guest runs in QEMU, which is its child and
 * ends with it. What differs: QEMU emulates the processor, the guest can switch its power off, what the guest prints is never
 * cut, disks' counters are the only ones and are written when they are asked for only, and only disks' rate limiters limit anything, without the burst of their first second.
 */
public final class StandInFirecracker {
    static final String CONTRACT = "contract.yaml";
    static final String PROPERTIES = "stand-in.properties";
    /** Firecracker's code for arguments that it does not understand. */
    private static final int BAD_ARGUMENTS = 153;

    private static final int BAD_CONFIGURATION = 152;
    private static final Set<String> WITH_VALUE = Set.of(
            "id",
            "api-sock",
            "config-file",
            "log-path",
            "level",
            "metrics-path",
            "module",
            "start-time-us",
            "start-time-cpu-us",
            "parent-cpu-time-us",
            "http-api-max-payload-size",
            "mmds-size-limit",
            "seccomp-filter",
            "metadata");
    private static final Set<String> ALONE =
            Set.of("no-api", "no-seccomp", "boot-timer", "show-level", "show-log-origin", "enable-pci", "version");

    private final Properties properties;
    /** Guests are started by the main thread: the kernel kills them when the thread ends that started them (prctl(2)). */
    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();

    private Optional<StandInGuest> guest = Optional.empty();

    private StandInFirecracker(Properties properties) {
        this.properties = properties;
    }

    /** As firecracker(1) is called. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Properties properties = new Properties();
        properties.load(new java.io.StringReader(resource(PROPERTIES).orElseThrow()));
        new StandInFirecracker(properties).run(parse(arguments));
    }

    private static Map<String, String> parse(String[] arguments) {
        Map<String, String> given = new HashMap<>();
        List<String> rest = new ArrayList<>(List.of(arguments));
        while (!rest.isEmpty()) {
            String argument = rest.removeFirst();
            String name = argument.replaceFirst("^--", "").replaceFirst("=.*", "");
            if (!argument.startsWith("--") || !(WITH_VALUE.contains(name) || ALONE.contains(name))) {
                exit(
                        BAD_ARGUMENTS,
                        "Arguments parsing error: Found argument '" + name
                                + "' which wasn't expected, or isn't valid in this context.");
            } else if (ALONE.contains(name)) {
                given.put(name, "");
            } else if (argument.contains("=")) {
                given.put(name, argument.substring(argument.indexOf('=') + 1));
            } else if (rest.isEmpty()) {
                exit(
                        BAD_ARGUMENTS,
                        "Arguments parsing error: The argument '" + name
                                + "' requires a value, but none was supplied.");
            } else {
                given.put(name, rest.removeFirst());
            }
        }
        return given;
    }

    private static void exit(int code, String message) {
        System.err.println(message);
        Runtime.getRuntime().halt(code);
    }

    private static Optional<String> resource(String name) throws IOException {
        try (@Nullable InputStream stream = StandInFirecracker.class.getResourceAsStream("/" + name)) {
            return stream == null
                    ? Optional.empty()
                    : Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private void run(Map<String, String> arguments) throws IOException, InterruptedException {
        if (arguments.containsKey("version")) {
            System.out.println("Firecracker v" + properties.getProperty("version"));
            return;
        }
        Optional<ApiContract> contract = resource(CONTRACT).map(ApiContract::parse);
        if (contract.isEmpty()) {
            System.out.println("the stand-in has no description of the API, and takes every body");
        }
        StandInFault fault = new StandInFault(
                properties.getProperty("fault.request"),
                StandInFault.Kind.valueOf(properties.getProperty("fault.kind")));
        StandInApi api = new StandInApi(properties.getProperty("version"), contract, fault, new InQemu());
        if (arguments.containsKey("config-file")) {
            // Its guest is started from another thread, as by a request.
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> configure(api, Path.of(arguments.getOrDefault("config-file", ""))));
        }
        if (!arguments.containsKey("no-api") && properties.getProperty("socket").equals("true")) {
            Path socket = Path.of(arguments.getOrDefault("api-sock", "/run/firecracker.socket"));
            var _ = new StandInServer(socket, api, () -> Runtime.getRuntime().halt(1));
        }
        while (true) {
            work.take().run();
        }
    }

    /** What the file says is what requests would say: a section is a path, and one with several things names them. */
    private static void configure(StandInApi api, Path file) {
        try {
            Map<?, ?> sections = (Map<?, ?>) ApiContract.load(Files.readString(file));
            sections.forEach((section, content) -> {
                if (content instanceof List<?> list) {
                    list.forEach(item -> put(
                            api,
                            "/" + section + "/"
                                    + ((Map<?, ?>) item).get(section.equals("drives") ? "drive_id" : "iface_id"),
                            item));
                } else {
                    put(api, "/" + section, content);
                }
            });
            put(api, "/actions", Map.of("action_type", "InstanceStart"));
        } catch (IOException | RuntimeException e) {
            exit(BAD_CONFIGURATION, "Building VMM configured from cmdline json failed: " + e.getMessage());
        }
    }

    private static void put(StandInApi api, String path, Object body) {
        String json = Json.write(body);
        String request = "PUT " + path + " HTTP/1.1\r\nContent-Length: " + json.length() + "\r\n\r\n" + json;
        if (!(api.answer(request.getBytes(StandardCharsets.UTF_8)) instanceof StandInApi.Outcome.Answer answer)
                || !answer.text().startsWith("HTTP/1.1 204")) {
            throw new IllegalStateException(path);
        }
    }

    /** As much of JSON as a configuration has. */
    private static final class Json {
        static String write(@Nullable Object value) {
            return switch (value) {
                case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(entry -> "\"" + entry.getKey() + "\":" + write(entry.getValue()))
                            .collect(java.util.stream.Collectors.joining(",", "{", "}"));
                case String text -> "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
                case null -> "null";
                default -> value.toString();
            };
        }
    }

    /** The guest, in QEMU. */
    private final class InQemu implements StandInApi.Guest {
        @Override
        public void start(Map<String, String> configuration) {
            CompletableFuture<StandInGuest> started = new CompletableFuture<>();
            work.add(() -> {
                try {
                    started.complete(StandInGuest.start(
                            configuration, properties.getProperty("acpi").equals("true")));
                } catch (IOException e) {
                    started.completeExceptionally(e);
                }
            });
            try {
                guest = Optional.of(started.join());
            } catch (java.util.concurrent.CompletionException e) {
                throw new IllegalStateException("Start microvm error: " + e.getCause(), e);
            }
            guest.get().onEnd(code -> Runtime.getRuntime().halt(code));
        }

        @Override
        public void act(String action) {
            guest.orElseThrow(() -> new IllegalStateException("The microVM is not running."))
                    .act(action);
        }
    }
}
