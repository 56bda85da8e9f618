package io.sistemo.volume;

import io.sistemo.host.HostException;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.operation.UserText;
import io.sistemo.store.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The volumes of one daemon. Each is worked on by one operation at a time, on a thread of its own. */
public final class Volumes implements VolumeService {
    private static final Logger LOGGER = System.getLogger(Volumes.class.getName());
    private static final int SMALLEST_MIB = 16;
    private static final int SHORT_ID_LENGTH = 8;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

    private final VolumeEnvironment environment;
    private final VolumeWork work;

    /** The volumes of a database; see {@link #start}. */
    public Volumes(VolumeEnvironment environment) {
        this.environment = environment;
        this.work = new VolumeWork(environment);
        environment.operations().onCancel(Volume.TARGET, work::cancel);
    }

    /**
     * Takes back or carries on what an earlier daemon left unfinished. To be called once, before machines are taken up: no
     * machine's disk is worked on then.
     */
    public void start() {
        work.finish("The daemon stopped while");
    }

    /**
     * Tries again what could not be made good, or be recorded as ended; to be called now and then. What fails is logged, and
     * tried the next time.
     */
    public void tidy() {
        try {
            work.finish("The database failed while");
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "what volumes left cannot be tidied: {0}", e.getMessage());
        }
    }

    /** Ends work that can be cancelled, and waits for the rest. */
    public void close() throws InterruptedException {
        work.close();
    }

    /** Whether nothing is being worked on. */
    public boolean idle() {
        return work.idle();
    }

    @Override
    public List<VolumeDetails> list() {
        return environment
                .database()
                .read(connection -> new VolumeState(environment, connection).derive(VolumeTable.all(connection)));
    }

    @Override
    public VolumeDetails require(String reference) {
        return environment
                .database()
                .read(connection -> new VolumeState(environment, connection)
                        .derive(List.of(VolumeRequests.require(connection, reference))))
                .getFirst();
    }

    @Override
    public OperationId create(Optional<String> name, long sizeMib) {
        requireWithin(sizeMib);
        requireRoom("A volume of " + sizeMib + " MiB", sizeMib);
        VolumeId id = VolumeId.random();
        Volume volume = Volume.asked(
                id,
                name.orElseGet(() -> "volume-" + id.toString().substring(0, SHORT_ID_LENGTH)),
                Volume.Role.DATA,
                (int) sizeMib,
                Optional.empty(),
                Optional.empty(),
                id.toString());
        return work.begin(VolumeAction.CREATE, bootId(), connection -> {
            VolumeRequests.requireFreeName(connection, volume.name());
            VolumeTable.insert(connection, volume);
            return new VolumeWork.Accepted(volume, id);
        });
    }

    @Override
    public OperationId resize(String reference, long sizeMib) {
        requireWithin(sizeMib);
        VolumeDetails before = require(reference);
        requireRoom(
                "Making the volume " + before.volume().name() + " larger by "
                        + Math.max(0, sizeMib - before.volume().sizeMib()) + " MiB",
                sizeMib - before.volume().sizeMib());
        return work.begin(VolumeAction.RESIZE, bootId(), connection -> {
            Volume volume = VolumeRequests.requireReady(connection, reference);
            requireStopped(connection, volume, "resized");
            if (sizeMib < volume.sizeMib()) {
                throw new Refusal(
                        RefusalCode.BAD_INPUT,
                        "The volume " + volume.name() + " has " + volume.sizeMib()
                                + " MiB, and a volume only grows: ask for more than that.");
            }
            VolumeTable.resize(connection, volume.id(), (int) sizeMib);
            return new VolumeWork.Accepted(volume, volume.id());
        });
    }

    private void requireStopped(Connection connection, Volume volume, String done) throws SQLException {
        if (volume.machineId().isPresent()) {
            environment
                    .holders()
                    .requireStopped(
                            connection, volume.machineId().get(), "the volume " + volume.name() + " is " + done);
        }
    }

    @Override
    public OperationId copy(String reference, String name) {
        VolumeDetails original = require(reference);
        long neededMib = (original.allocatedBytes().orElse(0) + (1 << 20) - 1) >> 20;
        requireRoom(
                "A copy of the volume " + original.volume().name() + " takes " + neededMib + " MiB, which", neededMib);
        return work.begin(VolumeAction.CLONE, bootId(), connection -> {
            Volume source = VolumeRequests.requireReady(connection, reference);
            requireStopped(connection, source, "copied");
            VolumeRequests.requireFreeName(connection, name);
            VolumeId id = VolumeId.random();
            VolumeTable.insert(
                    connection,
                    Volume.asked(
                            id,
                            name,
                            source.role(),
                            source.sizeMib(),
                            Optional.empty(),
                            source.imageDigest(),
                            id.toString()));
            return new VolumeWork.Accepted(source, id);
        });
    }

    @Override
    public OperationId send(String reference, VolumeSink sink) {
        return work.begin(VolumeAction.EXPORT, bootId(), sink, connection -> {
            Volume volume = VolumeRequests.requireReady(connection, reference);
            requireStopped(connection, volume, "exported");
            return new VolumeWork.Accepted(volume, volume.id());
        });
    }

    @Override
    public OperationId receive(VolumeUpload upload) {
        VolumeNames.requireValid(upload.name());
        long sizeMib = Math.max(SMALLEST_MIB, (upload.sizeBytes() + (1 << 20) - 1) >> 20);
        requireWithin(sizeMib);
        upload.expectedSha256().ifPresent(Volumes::requireSha256);
        requireRoom("A file of " + sizeMib + " MiB", sizeMib);
        VolumeId id = VolumeId.random();
        Volume volume = Volume.asked(
                id, upload.name(), upload.role(), (int) sizeMib, Optional.empty(), Optional.empty(), id.toString());
        return work.begin(VolumeAction.IMPORT, bootId(), upload, connection -> {
            VolumeRequests.requireFreeName(connection, volume.name());
            VolumeTable.insert(connection, volume);
            return new VolumeWork.Accepted(volume, id);
        });
    }

    private static void requireSha256(String text) {
        if (!SHA256.matcher(text).matches()) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "'" + UserText.shown(text) + "' is no SHA-256: it has 64 hexadecimal digits, as 'sha256sum FILE'"
                            + " prints them.");
        }
    }

    @Override
    public VolumeRecovery recover() {
        return asked(() -> new VolumeAdoption(environment).recover(id -> require(id.toString())));
    }

    /** Sentences about disks and rows that do not fit each other, for the doctor. */
    public List<String> disagreements() {
        try {
            return VolumeInventory.take(environment).sentences();
        } catch (HostException e) {
            return List.of("the volumes cannot be looked at: " + e.getMessage());
        }
    }

    @Override
    public OperationId delete(String reference) {
        return work.begin(VolumeAction.DELETE, bootId(), connection -> {
            Volume volume = VolumeRequests.require(connection, reference);
            VolumeRequests.requireIdle(connection, List.of(volume));
            if (volume.attachment().isPresent()) {
                throw attached(connection, volume);
            }
            VolumeTable.doom(connection, volume.id());
            return new VolumeWork.Accepted(volume, volume.id());
        });
    }

    private Refusal attached(Connection connection, Volume volume) throws SQLException {
        String machine = String.valueOf(
                environment.holders().names(connection).get(volume.machineId().orElseThrow()));
        String instead = volume.boots()
                ? "which boots from it: 'sistemo machine delete " + machine + "' deletes both."
                : "'sistemo machine volume detach " + machine + " " + volume.name() + "' detaches it.";
        return new Refusal(
                RefusalCode.IN_USE,
                "The volume " + volume.name() + " is attached to " + machine + (volume.boots() ? ", " : ": ")
                        + instead);
    }

    private void requireWithin(long sizeMib) {
        int largest = environment.settings().largestMib();
        if (sizeMib < SMALLEST_MIB || sizeMib > largest) {
            throw new Refusal(
                    RefusalCode.BAD_INPUT,
                    "A volume cannot have " + sizeMib + " MiB: the range is " + SMALLEST_MIB + " to " + largest
                            + " MiB.");
        }
    }

    /** A volume takes its room bit by bit; that it will all be there is asked before anything is touched. */
    private void requireRoom(String what, long neededMib) {
        if (neededMib <= 0) {
            return;
        }
        long freeMib =
                asked(() -> environment.host().freeBytes(environment.directory().root())) >> 20;
        int stay = environment.settings().minDiskFreeMib();
        if (freeMib - stay < neededMib) {
            throw new Refusal(
                    RefusalCode.DISK_FULL,
                    what + " does not fit: " + freeMib + " MiB are free where the data directory is, and " + stay
                            + " MiB of that must stay free.");
        }
    }

    /** What the host answers; nothing has been changed when it cannot. */
    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (HostException e) {
            throw new Refusal(
                    RefusalCode.HOST_UNUSABLE, "Nothing can be done with volumes now: " + e.getMessage() + ".", e);
        }
    }

    private String bootId() {
        return asked(() -> environment.host().bootId().value());
    }
}
