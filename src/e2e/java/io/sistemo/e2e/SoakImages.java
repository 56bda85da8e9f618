package io.sistemo.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** The one user of the soak who pulls and deletes an image, which is there or not as the answers say. */
final class SoakImages {
    private static final Duration SETTLING_LIMIT = Duration.ofMinutes(2);
    private static final long POLL_NANOS = Duration.ofMillis(200).toNanos();
    private static final int LONGEST_PAUSE_MILLISECONDS = 4000;

    private final PrivateHost host;
    private final SoakDisturbances disturbances;
    private final SoakReport report;
    private final Random random;
    private final String file;
    private final String name;
    /** Whether it is there; empty when the last answer does not tell. */
    private Optional<Boolean> known = Optional.of(false);

    /**
     * A user of an image of its own.
     *
     * @param file of the image; its name without the ending is the image's
     */
    SoakImages(PrivateHost host, SoakDisturbances disturbances, SoakReport report, Random random, Path file) {
        this.host = host;
        this.disturbances = disturbances;
        this.report = report;
        this.random = random;
        this.file = file.toString();
        this.name = file.getFileName().toString().replaceFirst("\\.ext4$", "");
    }

    /** Asks again and again until the time is up. */
    void run(long deadlineNanos) {
        try {
            while (System.nanoTime() < deadlineNanos) {
                look();
                if (random.nextInt(3) > 0) {
                    pull();
                } else {
                    delete();
                }
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLISECONDS))
                        .toNanos());
            }
        } catch (Exception | AssertionError e) {
            report.violation("the user of an image: " + e);
        }
    }

    /** Deletes it if it is there; to be called when nothing disturbs any more. */
    void end() throws Exception {
        look();
        if (known.orElseThrow()) {
            delete();
        }
        look();
        if (known.orElseThrow()) {
            report.violation("in the end the image " + name + " cannot be deleted");
        }
    }

    private void pull() throws Exception {
        long began = System.nanoTime();
        Optional<Boolean> before = known;
        check(
                "image pull",
                before,
                began,
                ask(List.of("image", "pull", file), "POST", "/pull", "{\"name\": \"" + file + "\"}"));
    }

    private void delete() throws Exception {
        long began = System.nanoTime();
        Optional<Boolean> before = known;
        check("image delete", before, began, ask(List.of("image", "delete", name, "-y"), "DELETE", "/" + name, ""));
    }

    private SoakAnswer ask(List<String> command, String method, String path, String body) throws Exception {
        if (random.nextInt(3) == 0) {
            return SoakAnswer.ofCommand(host.run(host.program(command)));
        }
        return SoakAnswer.ofHttp(Http.send(host, Http.request(method, "/api/v1/images" + path, body)));
    }

    private void check(String operation, Optional<Boolean> before, long began, SoakAnswer answer) {
        report.answered(operation, answer.kind());
        boolean nothingToDelete =
                answer.kind() == SoakAnswer.Kind.NOT_FOUND && operation.equals("image delete") && !before.orElse(false);
        if (!nothingToDelete && !answer.kind().isAllowed(disturbances.since(began))) {
            report.violation(operation + " was answered " + answer.kind() + " (" + answer.text()
                    + ") though nothing allows that; it was there: " + before + "; what happened meanwhile: "
                    + disturbances.since(began));
        }
        known = switch (answer.kind()) {
            case DONE -> Optional.of(operation.equals("image pull"));
            case NOT_FOUND -> Optional.of(false);
            case NO_ANSWER,
                    UNAVAILABLE,
                    NAME_TAKEN,
                    CANCELLED,
                    DISK_FULL,
                    WRONG_STATE,
                    IN_USE,
                    TIMED_OUT,
                    HOST_UNUSABLE,
                    FAILED,
                    COMMAND_KILLED,
                    COMMAND_FAILED,
                    NOT_REACHED,
                    OTHER -> Optional.empty();
        };
    }

    /** Finds out whether it is there, which must be as the last answer said. */
    private void look() throws Exception {
        long deadline = System.nanoTime() + SETTLING_LIMIT.toNanos();
        String answer = "";
        while (System.nanoTime() < deadline) {
            long began = System.nanoTime();
            answer = Http.get(host, "/api/v1/images");
            SoakAnswer seen = SoakAnswer.ofHttp(answer);
            if (seen.kind() == SoakAnswer.Kind.DONE) {
                note(isListed(SoakAnswer.record(answer)));
                return;
            }
            if (!seen.kind().isAllowed(disturbances.since(began))) {
                report.violation("a look at the images was answered " + seen.kind() + " " + seen.text());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new AssertionError("the images are not listed; the last answer was " + answer);
    }

    private boolean isListed(Map<String, Object> record) {
        return ((List<?>) Objects.requireNonNull(record.get("images")))
                .stream().anyMatch(image -> name.equals(((Map<?, ?>) image).get("name")));
    }

    private void note(boolean listed) {
        if (known.isPresent() && known.get() != listed) {
            report.violation("the image " + name + (listed ? " is" : " is not")
                    + " there, and by the answers it must be" + (listed ? " gone" : ""));
        }
        known = Optional.of(listed);
    }
}
