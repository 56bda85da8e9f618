package io.sistemo.volume;

import io.sistemo.host.HostException;
import io.sistemo.host.TransferCut;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;

/** Sends one volume, and then ends the operation that asked for it. Nothing is changed, so nothing is ever taken back. */
final class VolumeExport {
    private static final Logger LOGGER = System.getLogger(VolumeExport.class.getName());

    private final VolumeEnvironment environment;
    private final Operation operation;

    VolumeExport(VolumeEnvironment environment, Operation operation) {
        this.environment = environment;
        this.operation = operation;
    }

    /** Sends it to the end, or until nobody takes it. Failures become the operation's end. */
    void run(VolumeId id, VolumeSink sink) {
        try {
            send(VolumeDisk.file(environment.directory().volumes(), id), sink);
            end();
        } catch (CancellationException e) {
            failed(RefusalCode.CANCELLED, "Cancelled: " + operation.targetName() + " was being exported.");
        } catch (TransferCut e) {
            // The one whose request it was has gone, whatever the stream calls that.
            failed(
                    RefusalCode.CANCELLED,
                    "Cancelled: whoever took the volume " + operation.targetName() + " went away, " + e.getMessage()
                            + ".");
        } catch (HostException e) {
            LOGGER.log(Level.WARNING, "volume {0}: {1}", operation.targetName(), e.getMessage());
            failed(RefusalCode.FAILED, operation.targetName() + ": " + e.getMessage() + ".");
        }
    }

    private void send(Path disk, VolumeSink sink) {
        long sizeBytes = environment
                .host()
                .disks()
                .find(disk)
                .orElseThrow(() -> new HostException("the disk is gone: put " + disk + " back"))
                .sizeBytes();
        OutputStream stream = sink.begin(sizeBytes);
        environment
                .host()
                .disks()
                .send(disk, stream, new TransferWatch(environment.operations(), operation.id(), "sending"));
        try {
            stream.flush();
        } catch (IOException | RuntimeException e) {
            throw new TransferCut("it was cut off at its end", e);
        }
    }

    /** An earlier daemon was in the middle of it. */
    void drop(String why) {
        failed(RefusalCode.UNAVAILABLE, why);
    }

    private void failed(RefusalCode code, String sentence) {
        // The request to cancel; the end must be recorded all the same.
        var _ = Thread.interrupted();
        environment.database().write(connection -> {
            OperationTable.noteFailure(connection, operation.id(), code, sentence);
            OperationTable.end(connection, operation.id());
            return Boolean.TRUE;
        });
        environment.operations().ended(operation.id());
    }

    private void end() {
        environment.database().write(connection -> {
            OperationTable.end(connection, operation.id());
            return Boolean.TRUE;
        });
        environment.operations().ended(operation.id());
    }
}
