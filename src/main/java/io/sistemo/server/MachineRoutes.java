package io.sistemo.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sistemo.api.DeleteResponse;
import io.sistemo.api.DeployRequest;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.MachineAddress;
import io.sistemo.api.MachineList;
import io.sistemo.api.MachineStatsList;
import io.sistemo.api.PauseResponse;
import io.sistemo.api.SshAccess;
import io.sistemo.api.StopResponse;
import io.sistemo.guest.GuestAddress;
import io.sistemo.machine.MachineDetails;
import io.sistemo.machine.MachineService;
import io.sistemo.machine.MachineStatus;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;

/** Machines: list, deploy, look at, start, stop, restart, pause, resume, delete, measure, logs, and how to reach them. */
final class MachineRoutes {
    private static final String MACHINES = "/api/v1/machines";
    private static final String MACHINE = MACHINES + "/{id}";
    private static final String STATS = "/api/v1/stats";
    private static final int LOG_BYTES = 1 << 20;

    private final MachineService machines;
    private final OperationAnswers operations;
    private final JsonExchange json;

    MachineRoutes(MachineService machines, OperationAnswers operations, JsonExchange json) {
        this.machines = machines;
        this.operations = operations;
        this.json = json;
    }

    void register(HttpRules routing) {
        Resource.at(routing, MACHINES).get(this::list).post(this::deploy).only();
        Resource.at(routing, MACHINE).get(this::show).delete(this::delete).only();
        Resource.at(routing, MACHINE + "/start").post(this::start).only();
        Resource.at(routing, MACHINE + "/stop").post(this::stop).only();
        Resource.at(routing, MACHINE + "/restart").post(this::restart).only();
        Resource.at(routing, MACHINE + "/pause").post(this::pause).only();
        Resource.at(routing, MACHINE + "/resume").post(this::resume).only();
        Resource.at(routing, MACHINE + "/ip").get(this::address).only();
        Resource.at(routing, MACHINE + "/stats").get(this::stats).only();
        Resource.at(routing, STATS).get(this::statsOfAll).only();
        Resource.at(routing, MACHINE + "/logs").get(this::logs).only();
        Resource.at(routing, MACHINE + "/ssh").get(this::ssh).only();
    }

    static String reference(ServerRequest request) {
        return request.path().pathParameters().get("id");
    }

    private void list(ServerRequest request, ServerResponse response) {
        json.send(
                response,
                Status.OK_200,
                new MachineList(
                        machines.list().stream().map(WireRecords::machine).toList()));
    }

    private void deploy(ServerRequest request, ServerResponse response) {
        OperationId id = machines.deploy(DeployRequests.spec(json.read(request, DeployRequest.class)));
        operations.send(request, response, id, Status.CREATED_201, this::started);
    }

    private void show(ServerRequest request, ServerResponse response) {
        json.send(response, Status.OK_200, WireRecords.machine(machines.require(reference(request))));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        json.readNothing(request);
        OperationId id = machines.delete(reference(request), flag(request, "preserve_storage"));
        operations.send(request, response, id, Status.OK_200, ended -> new DeleteResponse(ended.targetId(), true));
    }

    private void start(ServerRequest request, ServerResponse response) {
        json.readNothing(request);
        operations.send(request, response, machines.start(reference(request)), Status.OK_200, this::started);
    }

    private void restart(ServerRequest request, ServerResponse response) {
        json.readNothing(request);
        operations.send(request, response, machines.restart(reference(request)), Status.OK_200, this::started);
    }

    private void pause(ServerRequest request, ServerResponse response) {
        json.readNothing(request);
        operations.send(
                request,
                response,
                machines.pause(reference(request)),
                Status.OK_200,
                ended -> new PauseResponse(ended.targetId(), true));
    }

    private void resume(ServerRequest request, ServerResponse response) {
        json.readNothing(request);
        operations.send(
                request,
                response,
                machines.resume(reference(request)),
                Status.OK_200,
                ended -> new PauseResponse(ended.targetId(), false));
    }

    private void stop(ServerRequest request, ServerResponse response) {
        json.readNothing(request);
        MachineDetails before = machines.require(reference(request));
        Boolean already = before.status() == MachineStatus.STOPPED ? Boolean.TRUE : null;
        OperationId id = machines.stop(reference(request));
        operations.send(
                request,
                response,
                id,
                Status.OK_200,
                ended -> new StopResponse(
                        ended.targetId(), true, already, ended.message().orElse(null)));
    }

    private void stats(ServerRequest request, ServerResponse response) {
        json.send(response, Status.OK_200, WireRecords.stats(machines.stats(reference(request))));
    }

    private void statsOfAll(ServerRequest request, ServerResponse response) {
        json.send(
                response,
                Status.OK_200,
                new MachineStatsList(
                        machines.stats().stream().map(WireRecords::stats).toList()));
    }

    private void address(ServerRequest request, ServerResponse response) {
        MachineDetails details = machines.require(reference(request));
        json.send(
                response,
                Status.OK_200,
                new MachineAddress(details.id().toString(), details.ipAddress().orElse(null)));
    }

    /** The console is whatever the guest printed; as text it must not become a page that a browser runs. */
    private void logs(ServerRequest request, ServerResponse response) {
        byte[] tail = machines.consoleTail(reference(request), LOG_BYTES);
        response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
        response.send(tail);
    }

    private void ssh(ServerRequest request, ServerResponse response) {
        String reference = reference(request);
        GuestAddress guest = machines.guest(reference);
        json.send(
                response,
                Status.OK_200,
                new SshAccess(
                        guest.socket().getHostString(),
                        guest.socket().getPort(),
                        "root",
                        guest.hostKey().openSshLine(),
                        machines.clientKey().toAbsolutePath().toString(),
                        machines.knownHosts(reference).toAbsolutePath().toString()));
    }

    /** Between the end of an operation and this look another request may have deleted what was started. */
    private Object started(Operation ended) {
        try {
            return WireRecords.started(machines.require(ended.targetId()), ended);
        } catch (Refusal e) {
            if (e.code() != RefusalCode.NOT_FOUND) {
                throw e;
            }
            throw new FailedRequest(
                    new Failure(
                            ErrorCode.NOT_FOUND,
                            ended.targetName() + " did start, and another request has deleted it since."),
                    e);
        }
    }

    private static boolean flag(ServerRequest request, String name) {
        return switch (request.query().first(name).orElse("false")) {
            case "true", "1", "" -> true;
            case "false", "0" -> false;
            default ->
                throw new FailedRequest(ErrorCode.BAD_INPUT, "The parameter " + name + " is either true or false.");
        };
    }
}
