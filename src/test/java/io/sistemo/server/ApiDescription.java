package io.sistemo.server;

import static io.sistemo.api.ErrorCode.BAD_INPUT;
import static io.sistemo.api.ErrorCode.BODY_TOO_LARGE;
import static io.sistemo.api.ErrorCode.CANCELLED;
import static io.sistemo.api.ErrorCode.DISK_FULL;
import static io.sistemo.api.ErrorCode.FAILED;
import static io.sistemo.api.ErrorCode.FORBIDDEN;
import static io.sistemo.api.ErrorCode.HOST_UNUSABLE;
import static io.sistemo.api.ErrorCode.IMPOSSIBLE;
import static io.sistemo.api.ErrorCode.IN_USE;
import static io.sistemo.api.ErrorCode.NAME_TAKEN;
import static io.sistemo.api.ErrorCode.NOT_FOUND;
import static io.sistemo.api.ErrorCode.NOT_JSON;
import static io.sistemo.api.ErrorCode.TIMED_OUT;
import static io.sistemo.api.ErrorCode.UNAUTHENTICATED;
import static io.sistemo.api.ErrorCode.UNAVAILABLE;
import static io.sistemo.api.ErrorCode.WRONG_STATE;

import io.sistemo.api.AuditLog;
import io.sistemo.api.ConfigList;
import io.sistemo.api.DeleteResponse;
import io.sistemo.api.DeployRequest;
import io.sistemo.api.DoctorReport;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.ExecRequest;
import io.sistemo.api.ExecResponse;
import io.sistemo.api.Health;
import io.sistemo.api.ImageList;
import io.sistemo.api.Machine;
import io.sistemo.api.MachineAddress;
import io.sistemo.api.MachineList;
import io.sistemo.api.MachineStats;
import io.sistemo.api.MachineStatsList;
import io.sistemo.api.Operation;
import io.sistemo.api.OperationEvent;
import io.sistemo.api.PauseResponse;
import io.sistemo.api.PortRuleChange;
import io.sistemo.api.PortRuleRequest;
import io.sistemo.api.PullRequest;
import io.sistemo.api.ServiceInfo;
import io.sistemo.api.SshAccess;
import io.sistemo.api.StartResponse;
import io.sistemo.api.StopResponse;
import io.sistemo.api.SystemInfo;
import io.sistemo.server.ApiRoutes.Route;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the routes themselves do not say: which records they take and give, and why they refuse. */
final class ApiDescription {
    private static final String JSON = "application/json";

    /**
     * A parameter in the query.
     *
     * @param type of JSON Schema
     */
    record Parameter(String name, String type, String description) {}

    /**
     * An answer below 400.
     *
     * @param media its type, when it has a body
     * @param record its body, when that is JSON
     */
    record Answer(int status, String description, Optional<String> media, Optional<Class<?>> record) {
        static Answer of(int status, String description, Class<?> record) {
            return new Answer(status, description, Optional.of(JSON), Optional.of(record));
        }
    }

    /**
     * All about a route.
     *
     * @param body the record that it takes
     * @param takesBody whether it reads a body at all, were it only to refuse one that is not JSON
     * @param refusals why it may refuse
     */
    record Description(
            String summary,
            Optional<Class<?>> body,
            boolean takesBody,
            List<Parameter> parameters,
            List<Answer> answers,
            Set<ErrorCode> refusals) {}

    /** Stands for a body that is a file as it is. */
    static final class RawFile {}

    private final Map<Route, Description> descriptions = new LinkedHashMap<>();

    private ApiDescription() {}

    /** Every route that is described. */
    static Map<Route, Description> all() {
        ApiDescription api = new ApiDescription();
        api.describeMachines();
        api.describePauses();
        api.describeForwards();
        api.describeTheInsideOfMachines();
        new VolumeDescription(api).describe();
        new NetworkDescription(api).describe();
        api.describeImages();
        api.describeOperations();
        api.describeTheDaemon();
        return api.descriptions;
    }

    private void describeMachines() {
        String machines = "/api/v1/machines";
        String machine = machines + "/{id}";
        get(machines, "List machines", MachineList.class);
        post(
                machines,
                "Deploy a machine: create it, boot it, and wait until it answers over SSH",
                DeployRequest.class,
                Answer.of(201, "It answers.", StartResponse.class),
                NAME_TAKEN,
                NOT_FOUND,
                WRONG_STATE,
                IN_USE,
                IMPOSSIBLE,
                DISK_FULL,
                TIMED_OUT);
        get(machine, "Show a machine", Machine.class);
        change(
                "DELETE",
                machine,
                "Delete a machine and its root volume",
                Optional.empty(),
                List.of(new Parameter("preserve_storage", "boolean", "Keep the root volume.")),
                Answer.of(200, "It is gone.", DeleteResponse.class));
        Answer started = Answer.of(200, "It answers.", StartResponse.class);
        change(
                "POST",
                machine + "/start",
                "Boot a stopped machine; done at once for one that runs",
                Optional.empty(),
                List.of(),
                started,
                WRONG_STATE,
                TIMED_OUT);
        change(
                "POST",
                machine + "/stop",
                "Shut a machine down; done at once for one that is stopped",
                Optional.empty(),
                List.of(),
                Answer.of(200, "It is stopped.", StopResponse.class),
                WRONG_STATE);
        change(
                "POST",
                machine + "/restart",
                "Stop and start a machine",
                Optional.empty(),
                List.of(),
                started,
                WRONG_STATE,
                TIMED_OUT);
    }

    private void describePauses() {
        String machine = "/api/v1/machines/{id}";
        change(
                "POST",
                machine + "/pause",
                "Let a running machine stand still, with its memory; done at once for one that does",
                Optional.empty(),
                List.of(),
                Answer.of(200, "It stands still.", PauseResponse.class),
                WRONG_STATE,
                IMPOSSIBLE);
        change(
                "POST",
                machine + "/resume",
                "Let a paused machine go on; done at once for one that runs",
                Optional.empty(),
                List.of(),
                Answer.of(200, "It runs.", PauseResponse.class),
                WRONG_STATE,
                IMPOSSIBLE);
    }

    private void describeForwards() {
        String expose = "/api/v1/machines/{id}/expose";
        post(
                expose,
                "Let a port of the host lead to a machine, in force while that should run",
                PortRuleRequest.class,
                Answer.of(200, "It is in force, if the machine should run.", PortRuleChange.class),
                WRONG_STATE,
                IN_USE,
                IMPOSSIBLE);
        change(
                "DELETE",
                expose + "/{host_port}",
                "Let a port of the host lead to a machine no more; connections that stand are left alone",
                Optional.empty(),
                List.of(
                        new Parameter("protocol", "string", "tcp, which is the default, or udp."),
                        new Parameter(
                                "address", "string", "At which it is; needed when there are several at that port.")),
                Answer.of(200, "It is gone.", PortRuleChange.class),
                WRONG_STATE);
    }

    private void describeTheInsideOfMachines() {
        String machine = "/api/v1/machines/{id}";
        get(machine + "/stats", "Measure what a running machine uses", MachineStats.class, WRONG_STATE, HOST_UNUSABLE);
        get(
                "/api/v1/stats",
                "Measure what all machines use that run; what VMMs would have to be asked for is null",
                MachineStatsList.class,
                HOST_UNUSABLE);
        get(machine + "/ip", "Tell a machine's address", MachineAddress.class);
        get(machine + "/ssh", "Tell how ssh reaches a machine from the daemon's host", SshAccess.class, WRONG_STATE);
        add(
                "GET",
                machine + "/logs",
                new Description(
                        "Read what a machine printed on its serial console, the last 1 MiB",
                        Optional.empty(),
                        false,
                        List.of(),
                        List.of(new Answer(
                                200,
                                "As the guest printed it; never markup.",
                                Optional.of("text/plain"),
                                Optional.empty())),
                        Set.of()));
        add(
                "POST",
                machine + "/exec",
                new Description(
                        "Run a script by the machine's shell and wait for its end",
                        Optional.of(ExecRequest.class),
                        true,
                        List.of(),
                        List.of(Answer.of(200, "It ended, with whatever code.", ExecResponse.class)),
                        Set.of(WRONG_STATE, TIMED_OUT)));
        add(
                "GET",
                machine + "/exec/stream",
                new Description(
                        "Run a command over a WebSocket: ExecStart as text, then frames of one channel byte and up to"
                                + " 64 KiB (0 standard input, 1 standard output, 2 standard error, 4 ExecResize), at"
                                + " last ExecExit as text",
                        Optional.empty(),
                        false,
                        List.of(),
                        List.of(new Answer(101, "The conversation begins.", Optional.empty(), Optional.empty())),
                        Set.of(WRONG_STATE)));
    }

    private void describeImages() {
        String images = "/api/v1/images";
        get(images, "List images", ImageList.class);
        post(
                images + "/pull",
                "Get an image ahead, so that deploys need not",
                PullRequest.class,
                Answer.of(200, "It is here.", Operation.class),
                NOT_FOUND,
                WRONG_STATE,
                IMPOSSIBLE,
                DISK_FULL);
        change(
                "DELETE",
                images + "/{id}",
                "Delete an image; machines made from it keep their disks",
                Optional.empty(),
                List.of(),
                Answer.of(200, "It is gone.", Operation.class),
                WRONG_STATE,
                IN_USE);
    }

    private void describeOperations() {
        String operation = "/api/v1/operations/{id}";
        get(operation, "Show an operation", Operation.class);
        add(
                "DELETE",
                operation,
                new Description(
                        "Cancel an operation; what it had made is taken back",
                        Optional.empty(),
                        false,
                        List.of(),
                        List.of(Answer.of(202, "It was asked to stop.", Operation.class)),
                        Set.of(WRONG_STATE)));
        add(
                "GET",
                operation + "/events",
                new Description(
                        "Follow an operation by server-sent events: progress while it runs, end once at last",
                        Optional.empty(),
                        false,
                        List.of(),
                        List.of(new Answer(
                                200,
                                "The data of each event is an OperationEvent.",
                                Optional.of("text/event-stream"),
                                Optional.of(OperationEvent.class))),
                        Set.of()));
        add(
                "GET",
                "/api/v1/audit-log",
                new Description(
                        "Read what was done, newest first",
                        Optional.empty(),
                        false,
                        List.of(
                                new Parameter("limit", "integer", "At most so many entries, 0 to 1000; 50 by default."),
                                new Parameter("offset", "integer", "Leave out so many of the newest."),
                                new Parameter("action", "string", "Only this action."),
                                new Parameter("target", "string", "Only the target of this name or id.")),
                        List.of(Answer.of(200, "The history.", AuditLog.class)),
                        Set.of()));
    }

    private void describeTheDaemon() {
        get("/", "Tell who answers", ServiceInfo.class);
        get("/health", "Tell how the daemon is; 200 also when degraded", Health.class);
        get("/ready", "Tell whether the daemon takes requests", ServiceInfo.class, UNAVAILABLE);
        get("/api/v1/system", "Show the host, the daemon, what there is, and limits", SystemInfo.class);
        get("/api/v1/system/doctor", "Check the installation", DoctorReport.class);
        get("/api/v1/config", "Show the effective configuration", ConfigList.class);
    }

    void get(String path, String summary, Class<?> record, ErrorCode... refusals) {
        add(
                "GET",
                path,
                new Description(
                        summary,
                        Optional.empty(),
                        false,
                        List.of(),
                        List.of(Answer.of(200, "As asked.", record)),
                        Set.of(refusals)));
    }

    void post(String path, String summary, Class<?> body, Answer done, ErrorCode... refusals) {
        change("POST", path, summary, Optional.of(body), List.of(), done, refusals);
    }

    /** What begins an operation, and waits for its end unless the client prefers not to. */
    void change(
            String method,
            String path,
            String summary,
            Optional<Class<?>> body,
            List<Parameter> parameters,
            Answer done,
            ErrorCode... refusals) {
        Set<ErrorCode> all = EnumSet.of(CANCELLED, HOST_UNUSABLE);
        all.addAll(Set.of(refusals));
        Answer begun = Answer.of(202, "Begun, with Prefer: respond-async; Location is the operation.", Operation.class);
        add(method, path, new Description(summary, body, true, parameters, List.of(done, begun), all));
    }

    /** With the refusals that each route of its kind has. */
    void add(String method, String path, Description description) {
        Set<ErrorCode> refusals = EnumSet.of(BAD_INPUT, FORBIDDEN, FAILED);
        refusals.addAll(description.refusals);
        if (path.startsWith("/api/")) {
            refusals.add(UNAUTHENTICATED);
            refusals.add(UNAVAILABLE);
        }
        if (path.contains("{id}")) {
            refusals.add(NOT_FOUND);
        }
        if (description.takesBody) {
            refusals.add(BODY_TOO_LARGE);
            refusals.add(NOT_JSON);
        }
        descriptions.put(
                new Route(method, path),
                new Description(
                        description.summary,
                        description.body,
                        description.takesBody,
                        description.parameters,
                        description.answers,
                        refusals));
    }
}
