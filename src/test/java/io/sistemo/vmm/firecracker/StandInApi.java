package io.sistemo.vmm.firecracker;

import io.sistemo.vmm.firecracker.ApiContract.Phase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Firecracker's API answers, by its own description, without any guest: unknown paths and fields, wrong types and wrong
 * phases are refused. Where the description is not at hand it knows phases only, and takes every body.
 */
public final class StandInApi {
    private final String version;
    private final Optional<ApiContract> contract;
    private final StandInFault fault;
    private final Guest guest;
    private final Map<String, String> configuration = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();
    private State state = State.NOT_STARTED;

    /** What it does to a guest. */
    public interface Guest {
        /** Nothing. */
        Guest NONE = new Guest() {
            @Override
            public void start(Map<String, String> configuration) {
                // There is none.
            }

            @Override
            public void act(String action) {
                // There is none.
            }
        };

        /**
         * Starts it.
         *
         * @param configuration bodies of requests by their paths, in the order in which they came
         */
        void start(Map<String, String> configuration);

        /** {@code Paused}, {@code Resumed}, {@code FlushMetrics} or {@code SendCtrlAltDel}. */
        void act(String action);
    }

    /** As {@code GET /} tells it. */
    private enum State {
        NOT_STARTED("Not started"),
        RUNNING("Running"),
        PAUSED("Paused");

        final String word;

        State(String word) {
            this.word = word;
        }
    }

    /** What comes of a request. */
    public sealed interface Outcome {
        /** This, and then, perhaps, the end of the connection. */
        record Answer(String text, boolean isLast) implements Outcome {}

        /** Nothing, ever. */
        record Silence() implements Outcome {}

        /** The process ends. */
        record Death() implements Outcome {}
    }

    /** One that takes what its contract allows. */
    public StandInApi(String version, Optional<ApiContract> contract, StandInFault fault, Guest guest) {
        this.version = version;
        this.contract = contract;
        this.fault = fault;
        this.guest = guest;
    }

    /** What was asked so far, like {@code PUT /machine-config}. */
    public synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    /** What comes of one whole request. */
    public synchronized Outcome answer(byte[] request) {
        String text = new String(request, StandardCharsets.UTF_8);
        String[] line = text.lines().findFirst().orElse("").split(" ", -1);
        String body = text.substring(text.indexOf("\r\n\r\n") + 4);
        if (line.length != 3) {
            return refusal(400, "Invalid request line.");
        }
        String call = line[0] + " " + line[1];
        asked.add(call);
        if (fault.request().equals(call)) {
            return switch (fault.kind()) {
                case REFUSES -> refusal(400, "The stand-in refuses " + call + ".");
                case FAILS -> refusal(500, "The stand-in fails at " + call + ".");
                case BABBLES -> new Outcome.Answer("hello\r\n\r\n", true);
                case STOPS_HALF_WAY -> new Outcome.Answer("HTTP/1.1 2", true);
                case HANGS -> new Outcome.Silence();
                case DIES -> new Outcome.Death();
            };
        }
        Phase phase = state == State.NOT_STARTED ? Phase.BEFORE_START : Phase.AFTER_START;
        List<String> wrong = contract.map(known -> known.violations(line[0], line[1], body, phase))
                .orElse(List.of());
        return wrong.isEmpty() ? obey(line[0], line[1], body) : refusal(400, String.join("; ", wrong) + ".");
    }

    private Outcome obey(String method, String path, String body) {
        return switch (method + " " + path) {
            case "GET /version" -> answer(200, "{\"firecracker_version\":\"" + version + "\"}");
            case "GET /" ->
                answer(
                        200,
                        "{\"app_name\":\"Firecracker\",\"id\":\"stand-in\",\"state\":\"" + state.word
                                + "\",\"vmm_version\":\"" + version + "\"}");
            case "PUT /actions", "PATCH /vm" -> act(body);
            default -> {
                configuration.put(path, body);
                yield answer(204, "");
            }
        };
    }

    private Outcome act(String body) {
        String action = String.valueOf(
                ((Map<?, ?>) ApiContract.load(body)).values().iterator().next());
        try {
            if (action.equals("InstanceStart")) {
                if (!configuration.containsKey("/boot-source")) {
                    return refusal(400, "Cannot start microvm without kernel configuration.");
                }
                guest.start(configuration);
                state = State.RUNNING;
            } else {
                guest.act(action);
                state = switch (action) {
                    case "Paused" -> State.PAUSED;
                    case "Resumed" -> State.RUNNING;
                    default -> state;
                };
            }
        } catch (IllegalStateException e) {
            return refusal(400, String.valueOf(e.getMessage()));
        }
        return answer(204, "");
    }

    private static Outcome refusal(int status, String why) {
        return answer(status, "{\"fault_message\":\"" + why.replaceAll("[\"\\\\\\p{Cntrl}]", "'") + "\"}");
    }

    /** As its server writes them: no reason, and a length only where there is a body. */
    private static Outcome answer(int status, String body) {
        String rest = body.isEmpty()
                ? ""
                : "Content-Type: application/json\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length
                        + "\r\n";
        return new Outcome.Answer(
                "HTTP/1.1 " + status + " \r\nServer: Firecracker API\r\nConnection: keep-alive\r\n" + rest + "\r\n"
                        + body,
                false);
    }
}
