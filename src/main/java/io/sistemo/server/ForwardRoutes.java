package io.sistemo.server;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.PortRuleChange;
import io.sistemo.api.PortRuleRequest;
import io.sistemo.machine.ForwardSpec;
import io.sistemo.machine.MachineService;
import io.sistemo.operation.OperationId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ports of the host that lead to machines. */
final class ForwardRoutes {
    private static final String EXPOSE = "/api/v1/machines/{id}/expose";
    private static final String TCP = "tcp";

    private final MachineService machines;
    private final OperationAnswers operations;
    private final JsonExchange json;

    ForwardRoutes(MachineService machines, OperationAnswers operations, JsonExchange json) {
        this.machines = machines;
        this.operations = operations;
        this.json = json;
    }

    void register(HttpRules routing) {
        Resource.at(routing, EXPOSE).post(this::expose).only();
        Resource.at(routing, EXPOSE + "/{host_port}").delete(this::unexpose).only();
    }

    private void expose(ServerRequest request, ServerResponse response) {
        ForwardSpec spec = spec(json.read(request, PortRuleRequest.class));
        String machine = machineId(request);
        OperationId id = machines.expose(machine, spec);
        operations.send(
                request,
                response,
                id,
                Status.OK_200,
                _ -> new PortRuleChange(
                        machine,
                        spec.hostPort(),
                        spec.machinePort(),
                        spec.protocol(),
                        spec.address().orElse(null),
                        "exposed"));
    }

    private void unexpose(ServerRequest request, ServerResponse response) {
        json.readNothing(request);
        int hostPort = hostPort(request.path().pathParameters().get("host_port"));
        String protocol = request.query().first("protocol").orElse(TCP);
        Optional<String> address = request.query().first("address").asOptional();
        String machine = machineId(request);
        OperationId id = machines.unexpose(machine, protocol, address, hostPort);
        operations.send(
                request,
                response,
                id,
                Status.OK_200,
                _ -> new PortRuleChange(machine, hostPort, null, protocol, address.orElse(null), "removed"));
    }

    /** Asked before it is changed: the answer names the machine by its id. */
    private String machineId(ServerRequest request) {
        return machines.require(MachineRoutes.reference(request)).id().toString();
    }

    /** The rules of a deploy. */
    static List<ForwardSpec> specs(@Nullable List<PortRuleRequest> rules) {
        return rules == null
                ? List.of()
                : rules.stream().map(ForwardRoutes::spec).toList();
    }

    private static ForwardSpec spec(PortRuleRequest rule) {
        Integer machinePort = rule.machinePort();
        if (machinePort == null) {
            throw new FailedRequest(ErrorCode.BAD_INPUT, "The request has no machine_port.");
        }
        Integer hostPort = rule.hostPort();
        return new ForwardSpec(
                rule.protocol() == null ? TCP : rule.protocol(),
                Optional.ofNullable(rule.address()),
                hostPort == null ? machinePort : hostPort,
                machinePort);
    }

    private static int hostPort(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new FailedRequest(
                    new Failure(ErrorCode.BAD_INPUT, "The host's port in the path is a number, 1 to 65535."), e);
        }
    }
}
