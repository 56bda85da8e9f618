package io.sistemo.volume;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimPlanner;
import io.sistemo.claim.ClaimStep;
import io.sistemo.claim.ClaimTable;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ObservedClaim;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.DamagedFilesystemException;
import io.sistemo.host.DiskFullException;
import io.sistemo.host.HostException;
import io.sistemo.host.TransferCut;
import io.sistemo.operation.Operation;
import io.sistemo.operation.OperationTable;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Carries one volume to what its row says, and then ends the operation that asked for it. Create, resize, delete, rollback and
 * recovery after a crash are this one loop over its claim. While it works, no machine that holds the volume can start, and no
 * other operation on it can begin.
 */
final class VolumeDriver {
    private static final Logger LOGGER = System.getLogger(VolumeDriver.class.getName());
    /** After so many it gives up, and leaves the rest to the next time that volumes are tidied. */
    private static final int MOST_FAILURES = 3;

    private final VolumeEnvironment environment;
    private final VolumeId id;
    private final Optional<Operation> operation;
    private final Optional<VolumeAction> action;
    private final Optional<VolumeUpload> upload;
    private int failures;

    /**
     * A driver for one piece of work.
     *
     * @param operation what asked for it; empty when what an operation could not finish is tried again
     * @param upload what a client sends, when the operation is an import that has just begun
     */
    VolumeDriver(
            VolumeEnvironment environment, VolumeId id, Optional<Operation> operation, Optional<VolumeUpload> upload) {
        this.environment = environment;
        this.upload = upload;
        this.id = id;
        this.operation = operation;
        this.action = operation.map(VolumeAction::of);
    }

    /** Changes some rows. */
    private interface Change {
        void make(Connection connection) throws SQLException;
    }

    /** Works until there is nothing to do, or nothing can be done. Failures become the operation's end. */
    void run() {
        boolean more = true;
        while (more) {
            try {
                more = advance();
            } catch (DiskFullException e) {
                more = failed(RefusalCode.DISK_FULL, String.valueOf(e.getMessage()));
            } catch (TransferCut e) {
                more = failed(RefusalCode.CANCELLED, String.valueOf(e.getMessage()));
            } catch (DamagedFilesystemException e) {
                more = failed(RefusalCode.FAILED, e.getMessage() + ": run e2fsck on it in a guest, then try again");
            } catch (HostException e) {
                more = failed(RefusalCode.FAILED, String.valueOf(e.getMessage()));
            } catch (Refusal e) {
                more = failed(new Failure(e.code(), e.sentence()));
            } catch (CancellationException e) {
                more = failed(new Failure(RefusalCode.CANCELLED, cancelledSentence()));
            }
        }
    }

    /** Why it did not work, as a sentence for the user. */
    private record Failure(RefusalCode code, String sentence) {}

    private String name() {
        return operation.map(Operation::targetName).orElse(id.toString());
    }

    private String cancelledSentence() {
        return "Cancelled: " + name() + " was "
                + action.orElse(VolumeAction.DELETE).description() + ".";
    }

    /** One step; tells whether another one follows. */
    private boolean advance() {
        Optional<VolumeRecord> found = environment.database().read(connection -> VolumeRecord.find(connection, id));
        if (found.isEmpty()) {
            end(_ -> {});
            return false;
        }
        Volume volume = found.get().volume();
        VolumeDisk disk = disk(volume);
        Set<ResourceKey> wanted = volume.doomed() ? Set.of() : Set.of(disk.key());
        List<ObservedClaim> claims = found.get().claim().stream()
                .map(claim -> new ObservedClaim(claim, disk.observe()))
                .toList();
        ClaimStep step =
                ClaimPlanner.next(wanted, claims, environment.host().bootId().value());
        return carryOut(step, volume, disk);
    }

    private VolumeDisk disk(Volume volume) {
        DiskSource source = action.<DiskSource>map(asked -> switch (asked) {
                    case CREATE -> new DiskSource.EmptyFilesystem();
                    case CLONE -> new DiskSource.Copy(original());
                    case IMPORT ->
                        upload.<DiskSource>map(sent -> new DiskSource.Received(
                                        sent,
                                        new TransferWatch(
                                                environment.operations(),
                                                operation.orElseThrow().id(),
                                                "receiving")))
                                .orElse(DiskSource.EXISTING);
                    case RESIZE -> new DiskSource.Growth();
                    case EXPORT, DELETE, ATTACH, DETACH, RECOVER -> DiskSource.EXISTING;
                })
                .orElse(DiskSource.EXISTING);
        return new VolumeDisk(
                environment.host(), volume, environment.directory().volumes(), source);
    }

    /** The disk of the volume that a clone copies. */
    private Path original() {
        VolumeId original = VolumeId.parse(operation.orElseThrow().targetId());
        return VolumeDisk.file(environment.directory().volumes(), original);
    }

    private boolean carryOut(ClaimStep step, Volume volume, VolumeDisk disk) {
        return switch (step) {
            case ClaimStep.Intend intend -> {
                intend(disk.key());
                yield true;
            }
            case ClaimStep.Ensure ensure -> {
                phase("writing the disk");
                disk.ensure();
                if (!(disk.observe() instanceof Observation.Present)) {
                    throw new HostException("the disk was gone right after it was made");
                }
                yield true;
            }
            case ClaimStep.Confirm confirm -> {
                end(connection -> {
                    for (ObservedClaim observed : confirm.claims()) {
                        ClaimTable.confirm(connection, observed.claim(), Optional.empty());
                    }
                });
                yield false;
            }
            case ClaimStep.MarkReleasing mark -> {
                markReleasing(mark.claims());
                yield true;
            }
            case ClaimStep.Release release -> {
                phase("removing the disk");
                disk.release();
                if (!(disk.observe() instanceof Observation.Absent)) {
                    throw new HostException("the disk could not be removed whole");
                }
                yield true;
            }
            case ClaimStep.Forget forget -> {
                end(connection -> {
                    for (Claim claim : forget.claims()) {
                        ClaimTable.forget(connection, claim);
                    }
                    VolumeTable.deleteDoomed(connection, id);
                });
                yield false;
            }
            case ClaimStep.Lost lost -> {
                end(connection -> noteFailure(
                        connection,
                        RefusalCode.FAILED,
                        "The disk of the volume " + volume.name() + " is missing or cut short."));
                yield false;
            }
            case ClaimStep.Blocked blocked -> throw new HostException(blocked.reason());
            case ClaimStep.Settled settled -> {
                end(connection -> VolumeTable.deleteDoomed(connection, id));
                yield false;
            }
        };
    }

    private void intend(ResourceKey key) {
        String bootId = environment.host().bootId().value();
        commit(connection -> ClaimTable.intend(
                connection,
                VolumeRecord.owner(id),
                key,
                bootId,
                operation.map(running -> running.id().toString())));
    }

    private void markReleasing(List<Claim> claims) {
        commit(connection -> {
            for (Claim claim : claims) {
                ClaimTable.markReleasing(connection, claim);
            }
        });
    }

    private boolean failed(RefusalCode code, String reason) {
        return failed(new Failure(code, name() + ": " + reason + "."));
    }

    /** What was to be made is taken back; what was to grow keeps the size that it has; what was to go stays marked for that. */
    private boolean failed(Failure failure) {
        failures++;
        // An interrupt was the request to cancel; taking back must not be cancelled by it.
        boolean cancelled = Thread.interrupted();
        RefusalCode why = cancelled ? RefusalCode.CANCELLED : failure.code();
        String sentence = cancelled ? cancelledSentence() : failure.sentence();
        LOGGER.log(Level.WARNING, "volume {0}: {1}", name(), failure.sentence());
        Optional<VolumeRecord> found = environment.database().read(connection -> VolumeRecord.find(connection, id));
        if (found.isEmpty() || found.get().volume().doomed() || action.isEmpty()) {
            end(connection -> noteFailure(connection, why, sentence));
            return false;
        }
        if (action.get().takenBack()) {
            commit(connection -> {
                noteFailure(connection, why, sentence);
                VolumeTable.doom(connection, id);
            });
            return true;
        }
        boolean goesOn = failures < MOST_FAILURES;
        boolean hasSize = hasItsSize(found.get().volume());
        if (goesOn && hasSize) {
            // All that was asked for is there, and what is missing is ours to put right.
            return true;
        }
        Change change = connection -> {
            noteFailure(connection, why, sentence);
            if (!hasSize) {
                keepSize(connection, found.get());
            }
        };
        if (goesOn) {
            commit(change);
        } else {
            end(change);
        }
        return goesOn;
    }

    private boolean hasItsSize(Volume volume) {
        try {
            return environment
                    .host()
                    .disks()
                    .find(disk(volume).file())
                    .filter(facts -> facts.sizeBytes() >= volume.sizeBytes())
                    .isPresent();
        } catch (HostException e) {
            LOGGER.log(Level.WARNING, "volume {0}: {1}", volume.name(), e.getMessage());
            return false;
        }
    }

    /** What did not grow keeps the size that it had. */
    private void keepSize(Connection connection, VolumeRecord found) throws SQLException {
        Optional<String> sizeBefore = found.claim().flatMap(Claim::detail);
        if (action.equals(Optional.of(VolumeAction.RESIZE)) && sizeBefore.isPresent()) {
            VolumeTable.resize(connection, id, Integer.parseInt(sizeBefore.get()));
        }
    }

    private void noteFailure(Connection connection, RefusalCode code, String sentence) throws SQLException {
        if (operation.isPresent()) {
            OperationTable.noteFailure(connection, operation.get().id(), code, sentence);
        }
    }

    private void phase(String text) {
        operation.ifPresent(running -> environment.operations().phase(running.id(), text, OptionalInt.empty()));
    }

    private void commit(Change change) {
        environment.database().write(connection -> {
            change.make(connection);
            return Boolean.TRUE;
        });
    }

    /** The last commit: it changes the state and ends the operation, by the failure that was noted if one was. */
    private void end(Change change) {
        commit(connection -> {
            change.make(connection);
            if (operation.isPresent()) {
                OperationTable.end(connection, operation.get().id());
            }
        });
        operation.map(Operation::id).ifPresent(environment.operations()::ended);
    }
}
