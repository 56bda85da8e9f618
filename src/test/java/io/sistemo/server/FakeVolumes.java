package io.sistemo.server;

import io.sistemo.operation.OperationId;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.volume.Attachment;
import io.sistemo.volume.Volume;
import io.sistemo.volume.VolumeDetails;
import io.sistemo.volume.VolumeId;
import io.sistemo.volume.VolumeRecovery;
import io.sistemo.volume.VolumeService;
import io.sistemo.volume.VolumeSink;
import io.sistemo.volume.VolumeUpload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** A root volume that is attached and a data volume that is not, in memory. */
final class FakeVolumes implements VolumeService {
    static final UUID DATA = UUID.fromString("22222222-2222-3333-4444-555555555555");

    final List<String> calls = new ArrayList<>();
    private final FakeOperations operations;

    FakeVolumes(FakeOperations operations) {
        this.operations = operations;
    }

    private static VolumeDetails details(UUID id, String name, Volume.Role role, Optional<Attachment> attachment) {
        return new VolumeDetails(
                new Volume(
                        new VolumeId(id),
                        name,
                        role,
                        2048,
                        attachment,
                        Optional.empty(),
                        id.toString(),
                        false,
                        Instant.EPOCH,
                        Instant.EPOCH),
                attachment.isPresent() ? VolumeDetails.Status.ATTACHED : VolumeDetails.Status.ONLINE,
                attachment.map(_ -> "web"),
                Path.of("/data/volumes/" + id + ".raw"),
                OptionalLong.of(4096),
                Optional.empty());
    }

    @Override
    public List<VolumeDetails> list() {
        return List.of(
                details(
                        FakeMachines.WEB,
                        "web-root",
                        Volume.Role.ROOT,
                        Optional.of(new Attachment(FakeMachines.WEB, 0))),
                details(DATA, "appdata", Volume.Role.DATA, Optional.empty()));
    }

    @Override
    public VolumeDetails require(String reference) {
        return list().stream()
                .filter(details -> details.volume().name().equals(reference)
                        || details.volume().id().toString().equals(reference))
                .findFirst()
                .orElseThrow(() -> new Refusal(RefusalCode.NOT_FOUND, "There is no volume '" + reference + "'."));
    }

    @Override
    public OperationId create(Optional<String> name, long sizeMib) {
        calls.add("create " + name.orElse("-") + " " + sizeMib);
        return operations.done("volume.create", DATA.toString(), "appdata");
    }

    @Override
    public OperationId resize(String reference, long sizeMib) {
        calls.add("resize " + reference + " " + sizeMib);
        return done("resize", reference);
    }

    @Override
    public OperationId copy(String reference, String name) {
        calls.add("clone " + reference + " " + name);
        return done("clone", reference);
    }

    @Override
    public OperationId send(String reference, VolumeSink sink) {
        Volume volume = require(reference).volume();
        byte[] content = ("all that is on " + volume.name()).getBytes(StandardCharsets.UTF_8);
        try {
            sink.begin(content.length).write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return done("export", reference);
    }

    @Override
    public OperationId receive(VolumeUpload upload) {
        throw new Refusal(RefusalCode.NAME_TAKEN, "There is a volume already.");
    }

    @Override
    public VolumeRecovery recover() {
        return new VolumeRecovery(List.of(require("appdata")), List.of(), List.of("something is left"));
    }

    @Override
    public OperationId delete(String reference) {
        calls.add("delete " + reference);
        return done("delete", reference);
    }

    private OperationId done(String action, String reference) {
        Volume volume = require(reference).volume();
        return operations.done("volume." + action, volume.id().toString(), volume.name());
    }
}
