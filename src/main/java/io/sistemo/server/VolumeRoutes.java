package io.sistemo.server;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sistemo.api.ErrorCode;
import io.sistemo.api.VolumeAttachment;
import io.sistemo.api.VolumeCloneRequest;
import io.sistemo.api.VolumeList;
import io.sistemo.api.VolumeReference;
import io.sistemo.api.VolumeRequest;
import io.sistemo.machine.MachineService;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationId;
import io.sistemo.volume.VolumeRecovery;
import io.sistemo.volume.VolumeService;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Volumes: list, create, look at, resize, delete, and attach to machines. */
final class VolumeRoutes {
    private static final String VOLUMES = "/api/v1/volumes";
    private static final String VOLUME = VOLUMES + "/{id}";
    private static final String OF_MACHINE = "/api/v1/machines/{id}/volume";

    private final VolumeService volumes;
    private final MachineService machines;
    private final OperationAnswers operations;
    private final JsonExchange json;

    VolumeRoutes(VolumeService volumes, MachineService machines, OperationAnswers operations, JsonExchange json) {
        this.volumes = volumes;
        this.machines = machines;
        this.operations = operations;
        this.json = json;
    }

    void register(HttpRules routing) {
        Resource.at(routing, VOLUMES).get(this::list).post(this::create).only();
        Resource.at(routing, VOLUMES + "/recover").post(this::recover).only();
        Resource.at(routing, VOLUME).get(this::show).delete(this::delete).only();
        Resource.at(routing, VOLUME + "/resize").post(this::resize).only();
        Resource.at(routing, VOLUME + "/clone").post(this::copy).only();
        Resource.at(routing, OF_MACHINE + "/attach").post(this::attach).only();
        Resource.at(routing, OF_MACHINE + "/detach").post(this::detach).only();
    }

    private void list(ServerRequest request, ServerResponse response) {
        json.send(
                response,
                Status.OK_200,
                new VolumeList(volumes.list().stream().map(WireRecords::volume).toList()));
    }

    private void create(ServerRequest request, ServerResponse response) {
        VolumeRequest asked = json.read(request, VolumeRequest.class);
        OperationId id = volumes.create(Optional.ofNullable(asked.name()), required("size_mb", asked.sizeMb()));
        operations.send(request, response, id, Status.CREATED_201, this::volume);
    }

    private void show(ServerRequest request, ServerResponse response) {
        json.send(response, Status.OK_200, WireRecords.volume(volumes.require(MachineRoutes.reference(request))));
    }

    private void resize(ServerRequest request, ServerResponse response) {
        VolumeRequest asked = json.read(request, VolumeRequest.class);
        if (asked.name() != null) {
            throw new FailedRequest(ErrorCode.BAD_INPUT, "A resize takes size_mb and no name.");
        }
        OperationId id = volumes.resize(MachineRoutes.reference(request), required("size_mb", asked.sizeMb()));
        operations.send(request, response, id, Status.OK_200, this::volume);
    }

    /** The answer is the copy, which has a name that nobody else can have. */
    private void copy(ServerRequest request, ServerResponse response) {
        String name =
                required("name", json.read(request, VolumeCloneRequest.class).name());
        OperationId id = volumes.copy(MachineRoutes.reference(request), name);
        operations.send(request, response, id, Status.CREATED_201, _ -> WireRecords.volume(volumes.require(name)));
    }

    private void recover(ServerRequest request, ServerResponse response) {
        json.readNothing(request);
        VolumeRecovery recovery = volumes.recover();
        json.send(
                response,
                Status.OK_200,
                new io.sistemo.api.VolumeRecovery(
                        recovery.adopted().stream().map(WireRecords::volume).toList(),
                        recovery.grown().stream().map(WireRecords::volume).toList(),
                        recovery.problems()));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        json.readNothing(request);
        OperationId id = volumes.delete(MachineRoutes.reference(request));
        operations.send(request, response, id, Status.OK_200, WireRecords::operation);
    }

    private void attach(ServerRequest request, ServerResponse response) {
        String volume =
                required("volume", json.read(request, VolumeReference.class).volume());
        OperationId id = machines.attach(MachineRoutes.reference(request), volume);
        operations.send(request, response, id, Status.OK_200, this::attachment);
    }

    private void detach(ServerRequest request, ServerResponse response) {
        String volume =
                required("volume", json.read(request, VolumeReference.class).volume());
        OperationId id = machines.detach(MachineRoutes.reference(request), volume);
        operations.send(request, response, id, Status.OK_200, this::attachment);
    }

    private Object volume(Operation ended) {
        return WireRecords.volume(volumes.require(ended.targetId()));
    }

    private Object attachment(Operation ended) {
        io.sistemo.api.Volume now = WireRecords.volume(volumes.require(ended.targetId()));
        return new VolumeAttachment(now.id(), now.name(), now.status(), now.machineId());
    }

    private static <T> T required(String field, @Nullable T value) {
        if (value == null) {
            throw new FailedRequest(ErrorCode.BAD_INPUT, "The request has no " + field + ".");
        }
        return value;
    }
}
