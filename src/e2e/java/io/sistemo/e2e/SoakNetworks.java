package io.sistemo.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** The one user of the soak who makes and deletes a network, which is there or not as the answers say. */
final class SoakNetworks {
    private static final String NAME = "fleeting";
    private static final Duration SETTLING_LIMIT = Duration.ofMinutes(2);
    private static final long POLL_NANOS = Duration.ofMillis(200).toNanos();
    private static final int LONGEST_PAUSE_MILLISECONDS = 4000;

    private final PrivateHost host;
    private final SoakDisturbances disturbances;
    private final SoakReport report;
    private final Random random;
    /** Whether it is there; empty when the last answer does not tell. */
    private Optional<Boolean> known = Optional.of(false);

    SoakNetworks(PrivateHost host, SoakDisturbances disturbances, SoakReport report, Random random) {
        this.host = host;
        this.disturbances = disturbances;
        this.report = report;
        this.random = random;
    }

    /** Asks again and again until the time is up. */
    void run(long deadlineNanos) {
        try {
            while (System.nanoTime() < deadlineNanos) {
                look();
                change(random.nextInt(2) == 0);
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLISECONDS))
                        .toNanos());
            }
        } catch (Exception | AssertionError e) {
            report.violation("the user of a network: " + e);
        }
    }

    /** Deletes it if it is there; to be called when nothing disturbs any more. */
    void end() throws Exception {
        look();
        if (known.orElseThrow()) {
            change(false);
        }
        look();
        if (known.orElseThrow()) {
            report.violation("in the end the network " + NAME + " cannot be deleted");
        }
    }

    private void change(boolean makes) throws Exception {
        long began = System.nanoTime();
        SoakAnswer answer = makes
                ? ask(List.of("network", "create", NAME), "POST", "", "{\"name\": \"" + NAME + "\"}")
                : ask(List.of("network", "delete", NAME), "DELETE", "/" + NAME, "");
        String operation = makes ? "network create" : "network delete";
        report.answered(operation, answer.kind());
        // What is there, or may be, is not made again; what is not there, or may not be, is not deleted.
        boolean isKnownToBe = answer.kind() == SoakAnswer.Kind.NAME_TAKEN && makes && known.orElse(true);
        boolean isKnownNotToBe = answer.kind() == SoakAnswer.Kind.NOT_FOUND && !makes && !known.orElse(false);
        if (!isKnownToBe && !isKnownNotToBe && !answer.kind().isAllowed(disturbances.since(began))) {
            report.violation(operation + " was answered " + answer.kind() + " (" + answer.text()
                    + ") though nothing allows that; it was there: " + known + "; what happened meanwhile: "
                    + disturbances.since(began));
        }
        if (answer.kind() == SoakAnswer.Kind.DONE) {
            known = Optional.of(makes);
        } else if (answer.kind() == SoakAnswer.Kind.NOT_FOUND) {
            known = Optional.of(false);
        } else if (!isKnownToBe) {
            known = Optional.empty();
        }
    }

    private SoakAnswer ask(List<String> command, String method, String path, String body) throws Exception {
        if (random.nextInt(3) == 0) {
            return SoakAnswer.ofCommand(host.run(host.program(command)));
        }
        return SoakAnswer.ofHttp(Http.send(host, Http.request(method, "/api/v1/networks" + path, body)));
    }

    /** Finds out whether it is there, which must be as the last answer said. */
    private void look() throws Exception {
        long deadline = System.nanoTime() + SETTLING_LIMIT.toNanos();
        String answer = "";
        while (System.nanoTime() < deadline) {
            long began = System.nanoTime();
            answer = Http.get(host, "/api/v1/networks");
            SoakAnswer seen = SoakAnswer.ofHttp(answer);
            if (seen.kind() == SoakAnswer.Kind.DONE) {
                note(isListed(SoakAnswer.record(answer)));
                return;
            }
            if (!seen.kind().isAllowed(disturbances.since(began))) {
                report.violation("a look at the networks was answered " + seen.kind() + " " + seen.text());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new AssertionError("the networks are not listed; the last answer was " + answer);
    }

    private static boolean isListed(Map<String, Object> record) {
        return ((List<?>) Objects.requireNonNull(record.get("networks")))
                .stream().anyMatch(network -> NAME.equals(((Map<?, ?>) network).get("name")));
    }

    private void note(boolean listed) {
        if (known.isPresent() && known.get() != listed) {
            report.violation("the network " + NAME + (listed ? " is" : " is not")
                    + " there, and by the answers it must be" + (listed ? " gone" : ""));
        }
        known = Optional.of(listed);
    }
}
