package io.sistemo.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * The one user of the soak who keeps a volume in files: exports it, makes another volume of the file, and deletes that. Nobody
 * writes to the volume, so each export must be the same, and no part of one may stay behind.
 */
final class SoakArchive {
    private static final int SIZE_MIB = 32;
    private static final Duration SETTLING_LIMIT = Duration.ofMinutes(2);
    private static final long POLL_NANOS = Duration.ofMillis(200).toNanos();
    private static final int LONGEST_PAUSE_MILLISECONDS = 6000;

    private final PrivateHost host;
    private final SoakDisturbances disturbances;
    private final SoakReport report;
    private final Random random;
    private final SoakRequests requests;
    private final Known original = new Known("archive");
    private final Known copy = new Known("archive-copy");
    /** Of the original, when it was exported the first time. */
    private Optional<String> digest = Optional.empty();

    SoakArchive(PrivateHost host, SoakDisturbances disturbances, SoakReport report, Random random) {
        this.host = host;
        this.disturbances = disturbances;
        this.report = report;
        this.random = random;
        this.requests = new SoakRequests(host, random);
    }

    /** A volume that is there or not as the answers say; empty when the last one does not tell. */
    private static final class Known {
        private final String name;
        private Optional<Boolean> there = Optional.of(false);

        private Known(String name) {
            this.name = name;
        }
    }

    private interface Request {
        SoakAnswer send() throws Exception;
    }

    /** Asks again and again until the time is up. */
    void run(long deadlineNanos) {
        try {
            while (System.nanoTime() < deadlineNanos) {
                turn();
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLISECONDS))
                        .toNanos());
            }
        } catch (Exception | AssertionError e) {
            report.violation("the user of an archive: " + e);
        }
    }

    /** Deletes both if they are there; to be called when nothing disturbs any more. */
    void end() throws Exception {
        for (Known volume : List.of(original, copy)) {
            if (isThere(volume)) {
                delete(volume);
            }
            if (isThere(volume)) {
                report.violation("in the end the volume " + volume.name + " cannot be deleted");
            }
        }
    }

    private void turn() throws Exception {
        if (isThere(copy)) {
            delete(copy);
        } else if (isThere(original)) {
            exportAndImport();
        } else {
            digest = Optional.empty();
            attempt("archive: create", original, Optional.of(true), this::create);
        }
    }

    private SoakAnswer create() throws Exception {
        return requests.either(
                List.of("volume", "create", SIZE_MIB + "MB", "--name", original.name),
                "POST",
                "/volumes",
                "{\"name\": \"" + original.name + "\", \"size_mb\": " + SIZE_MIB + "}");
    }

    private void delete(Known volume) throws Exception {
        attempt(
                "archive: delete",
                volume,
                Optional.of(false),
                () -> requests.volumes().delete(volume.name));
    }

    private void exportAndImport() throws Exception {
        Path directory = Files.createTempDirectory(host.scratch(), "archive-");
        Path file = directory.resolve("disk.raw");
        SoakAnswer exported = attempt(
                "archive: export",
                original,
                Optional.empty(),
                () -> requests.command(List.of("volume", "export", original.name, file.toString())));
        if (exported.kind() == SoakAnswer.Kind.DONE) {
            String sha256 = SoakVolumeRequests.sha256(exported);
            if (!sha256.equals(digest.orElse(sha256))) {
                report.violation("an export has the digest " + sha256 + ", and an earlier one " + digest.orElseThrow());
            }
            digest = Optional.of(sha256);
            attempt(
                    "archive: import",
                    copy,
                    Optional.of(true),
                    () -> requests.command(
                            List.of("volume", "import", file.toString(), "--name", copy.name, "--sha256", sha256)));
            Files.delete(file);
        }
        Files.delete(directory);
    }

    /** Asks, and notes what the volume is when that was done. */
    private SoakAnswer attempt(String operation, Known about, Optional<Boolean> target, Request request)
            throws Exception {
        long began = System.nanoTime();
        SoakAnswer answer = request.send();
        report.answered(operation, answer.kind());
        if (!answer.kind().isAllowed(disturbances.since(began))) {
            report.violation(operation + " of " + about.name + " was answered " + answer.kind() + " (" + answer.text()
                    + ") though nothing allows that; what happened meanwhile: " + disturbances.since(began));
        }
        if (target.isPresent() && !answer.kind().changedNothing()) {
            about.there = answer.kind() == SoakAnswer.Kind.DONE ? target : Optional.empty();
        }
        return answer;
    }

    /** Finds out whether it is there once nothing goes on with it, which must be as the last answer said. */
    private boolean isThere(Known volume) throws Exception {
        long deadline = System.nanoTime() + SETTLING_LIMIT.toNanos();
        String answer = "";
        while (System.nanoTime() < deadline) {
            long began = System.nanoTime();
            answer = Http.get(host, "/api/v1/volumes/" + volume.name);
            SoakAnswer seen = SoakAnswer.ofHttp(answer);
            boolean gone = seen.kind() == SoakAnswer.Kind.NOT_FOUND;
            if (gone || (seen.kind() == SoakAnswer.Kind.DONE && isAtRest(answer))) {
                note(volume, !gone);
                return !gone;
            }
            if (!seen.kind().isAllowed(disturbances.since(began))) {
                report.violation("a look at " + volume.name + " was answered " + seen.kind() + " " + seen.text());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new AssertionError(volume.name + " does not come to rest; the last answer was " + answer);
    }

    private static boolean isAtRest(String answer) {
        return "online".equals(SoakAnswer.record(answer).get("status"));
    }

    private void note(Known volume, boolean there) {
        if (volume.there.isPresent() && volume.there.get() != there) {
            report.violation("the volume " + volume.name + (there ? " is" : " is not")
                    + " there, and by the answers it must be" + (there ? " gone" : ""));
        }
        volume.there = Optional.of(there);
    }
}
