package io.sistemo.server;

import static io.sistemo.api.ErrorCode.CANCELLED;
import static io.sistemo.api.ErrorCode.DISK_FULL;
import static io.sistemo.api.ErrorCode.HOST_UNUSABLE;
import static io.sistemo.api.ErrorCode.IMPOSSIBLE;
import static io.sistemo.api.ErrorCode.IN_USE;
import static io.sistemo.api.ErrorCode.NAME_TAKEN;
import static io.sistemo.api.ErrorCode.WRONG_STATE;

import io.sistemo.api.Operation;
import io.sistemo.api.Volume;
import io.sistemo.api.VolumeAttachment;
import io.sistemo.api.VolumeCloneRequest;
import io.sistemo.api.VolumeFile;
import io.sistemo.api.VolumeList;
import io.sistemo.api.VolumeRecovery;
import io.sistemo.api.VolumeReference;
import io.sistemo.api.VolumeRequest;
import io.sistemo.server.ApiDescription.Answer;
import io.sistemo.server.ApiDescription.Description;
import io.sistemo.server.ApiDescription.Parameter;
import io.sistemo.server.ApiDescription.RawFile;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The part of {@link ApiDescription} that is about volumes. */
final class VolumeDescription {
    private final ApiDescription api;

    VolumeDescription(ApiDescription api) {
        this.api = api;
    }

    void describe() {
        describeVolumes();
        describeFiles();
        describeVolumesOfMachines();
    }

    private void describeVolumes() {
        String volumes = "/api/v1/volumes";
        String volume = volumes + "/{id}";
        api.get(volumes, "List volumes", VolumeList.class);
        api.post(
                volumes,
                "Make a data volume with an empty ext4 file system; it takes room as it is filled",
                VolumeRequest.class,
                Answer.of(201, "It is whole.", Volume.class),
                NAME_TAKEN,
                DISK_FULL);
        api.add(
                "POST",
                volumes + "/recover",
                new Description(
                        "Take up disks that the database does not know; nothing is deleted",
                        Optional.empty(),
                        true,
                        List.of(),
                        List.of(Answer.of(200, "What was found.", VolumeRecovery.class)),
                        Set.of()));
        api.get(volume, "Show a volume", Volume.class);
        api.change(
                "DELETE",
                volume,
                "Delete a volume with all that is on it",
                Optional.empty(),
                List.of(),
                Answer.of(200, "It is gone.", Operation.class),
                WRONG_STATE,
                IN_USE);
        api.post(
                volume + "/resize",
                "Make a volume larger, while its machine is stopped; its file system grows at the next boot",
                VolumeRequest.class,
                Answer.of(200, "It has the size.", Volume.class),
                WRONG_STATE,
                DISK_FULL);
        api.post(
                volume + "/clone",
                "Make a copy of a volume, while its machine is stopped",
                VolumeCloneRequest.class,
                Answer.of(201, "The copy.", Volume.class),
                NAME_TAKEN,
                WRONG_STATE,
                DISK_FULL);
    }

    private void describeFiles() {
        String volume = "/api/v1/volumes/{id}";
        api.add(
                "POST",
                volume + "/export",
                new Description(
                        "Take all that is on a volume, raw, while its machine is stopped; a connection that ends before"
                                + " Content-Length says so has failed",
                        Optional.empty(),
                        true,
                        List.of(),
                        List.of(new Answer(
                                200, "The bytes.", Optional.of("application/octet-stream"), Optional.empty())),
                        Set.of(WRONG_STATE, CANCELLED, HOST_UNUSABLE)));
        api.add(
                "POST",
                volume + "/import",
                new Description(
                        "Make a volume, of the name {id}, of a file that holds an ext4 file system; with Expect:"
                                + " 100-continue what is refused is so before any of it is sent",
                        Optional.of(RawFile.class),
                        false,
                        List.of(
                                new Parameter("role", "string", "root when machines can boot it, else data."),
                                new Parameter(
                                        "sha256", "string", "Refuse a file with another SHA-256, in hexadecimal.")),
                        List.of(Answer.of(201, "It is whole.", VolumeFile.class)),
                        Set.of(NAME_TAKEN, IMPOSSIBLE, DISK_FULL, CANCELLED, HOST_UNUSABLE)));
    }

    private void describeVolumesOfMachines() {
        for (String change : List.of("attach", "detach")) {
            api.post(
                    "/api/v1/machines/{id}/volume/" + change,
                    "Change which volumes a stopped machine has, as data disks: " + change + " one",
                    VolumeReference.class,
                    Answer.of(200, "It is done.", VolumeAttachment.class),
                    WRONG_STATE,
                    IN_USE,
                    IMPOSSIBLE);
        }
    }
}
