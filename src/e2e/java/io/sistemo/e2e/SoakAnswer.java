package io.sistemo.e2e;

import io.avaje.jsonb.Jsonb;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a client got for a request, over HTTP or from the command line.
 *
 * @param kind which of the answers that there may be
 * @param text as it came, for people
 */
record SoakAnswer(Kind kind, String text) {
    private static final Jsonb JSON = Jsonb.builder().build();
    private static final int LONGEST_TEXT = 300;

    /** What may have happened that explains an answer other than success. */
    enum Cause {
        /** The daemon was killed, or did not run. */
        DAEMON_KILLED,
        /** The daemon was told to stop, or did not run. */
        DAEMON_STOPPED,
        /** A VMM was killed. */
        VMM_KILLED,
        /** The disk was full. */
        DISK_FULL,
        /** Another request for the same machine was under way. */
        RIVAL,
        /** The machine may not have been there. */
        ABSENT,
        /** The machine may have been there. */
        PRESENT,
        /** The machine may not have been running. */
        NOT_RUNNING
    }

    /** The answers that there may be, each with what errors of the command line say then. */
    enum Kind {
        DONE(""),
        /** Nobody listened, or the connection ended before the answer. */
        NO_ANSWER(
                "daemon is not running|went away|No daemon answers|ended the connection|connection was lost|was cut off"),
        UNAVAILABLE("daemon stopped while|daemon is stopping"),
        NAME_TAKEN("already: choose another|already, which"),
        IN_USE("is attached to|not free any more"),
        NOT_FOUND("There is no (machine|image|volume|network)"),
        CANCELLED("Another request took over|Cancelled"),
        DISK_FULL("MiB are free|no room|not enough room"),
        WRONG_STATE("is being |is not running|is paused"),
        TIMED_OUT("not answer|timed out|nobody answers|within"),
        HOST_UNUSABLE("cannot be deployed now"),
        FAILED("VMM|cannot be reached|did not boot|ended by itself|connection"),
        /** A signal ended the command in the guest, as when that shuts down. */
        COMMAND_KILLED(""),
        /** The command in the guest ended with another exit code than 0. */
        COMMAND_FAILED(""),
        /** A port of the host does not lead where it should, or still leads where it should not. */
        NOT_REACHED(""),
        /** None of these. */
        OTHER("");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** What must have happened for it to be right; one of them suffices. The one list of what is allowed. */
        private Set<Cause> allowedBy() {
            return switch (this) {
                case DONE -> EnumSet.allOf(Cause.class);
                case NO_ANSWER, UNAVAILABLE -> EnumSet.of(Cause.DAEMON_KILLED, Cause.DAEMON_STOPPED);
                case NAME_TAKEN -> EnumSet.of(Cause.PRESENT, Cause.RIVAL);
                case NOT_FOUND -> EnumSet.of(Cause.ABSENT, Cause.RIVAL);
                case CANCELLED, COMMAND_KILLED, IN_USE -> EnumSet.of(Cause.RIVAL);
                case DISK_FULL, HOST_UNUSABLE -> EnumSet.of(Cause.DISK_FULL);
                case WRONG_STATE -> EnumSet.of(Cause.RIVAL, Cause.NOT_RUNNING, Cause.VMM_KILLED);
                case TIMED_OUT -> EnumSet.of(Cause.DISK_FULL, Cause.VMM_KILLED);
                case FAILED -> EnumSet.of(Cause.VMM_KILLED, Cause.RIVAL);
                case NOT_REACHED -> EnumSet.of(Cause.VMM_KILLED, Cause.RIVAL, Cause.DISK_FULL);
                case COMMAND_FAILED, OTHER -> EnumSet.noneOf(Cause.class);
            };
        }

        /** Whether this is a right answer when that happened meanwhile. */
        boolean isAllowed(Set<Cause> happened) {
            return this == DONE || happened.stream().anyMatch(allowedBy()::contains);
        }

        /** Whether the request surely changed nothing. */
        boolean changedNothing() {
            return this == NAME_TAKEN || this == NOT_FOUND || this == WRONG_STATE || this == IN_USE;
        }
    }

    /** Cuts the text. */
    SoakAnswer {
        text = text.substring(0, Math.min(text.length(), LONGEST_TEXT))
                .replace('\n', ' ')
                .strip();
    }

    /** Of an HTTP exchange; empty when there was none. */
    static SoakAnswer ofHttp(String answer) {
        if (answer.matches("(?s)HTTP/1\\.1 2\\d\\d .*\r\n\r\n.*[}\\]]\\s*")) {
            return new SoakAnswer(Kind.DONE, body(answer));
        }
        if (!answer.startsWith("HTTP/1.1 ") || !answer.matches("(?s).*\r\n\r\n.*}\\s*")) {
            return new SoakAnswer(Kind.NO_ANSWER, answer);
        }
        String code = String.valueOf(record(answer).get("code"));
        Kind kind = Arrays.stream(Kind.values())
                .filter(candidate -> candidate.name().equalsIgnoreCase(code))
                .findFirst()
                .orElse(Kind.OTHER);
        return new SoakAnswer(kind, body(answer));
    }

    /** Of a command of the program; what it says is all that tells its errors apart. */
    static SoakAnswer ofCommand(Result result) {
        if (result.exitCode() == 0) {
            return new SoakAnswer(Kind.DONE, result.out());
        }
        Kind kind = Arrays.stream(Kind.values())
                .filter(candidate -> !candidate.words.isEmpty())
                .filter(candidate ->
                        Pattern.compile(candidate.words).matcher(result.err()).find())
                .findFirst()
                .orElse(Kind.OTHER);
        return new SoakAnswer(kind, "exit code " + result.exitCode() + ": " + result.err());
    }

    /** Of a command in a guest, which has exit codes of its own beside those that say that it was not run. */
    static SoakAnswer ofExec(Result result) {
        return switch (result.exitCode()) {
            case 124 -> new SoakAnswer(Kind.TIMED_OUT, "exit code 124: " + result.err());
            case 0, 125 -> ofCommand(result);
            default ->
                new SoakAnswer(
                        result.exitCode() > 128 ? Kind.COMMAND_KILLED : Kind.COMMAND_FAILED,
                        "exit code " + result.exitCode() + ": " + result.err());
        };
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    /** The JSON object of an HTTP answer. */
    static Map<String, Object> record(String answer) {
        return JSON.type(Object.class).map().fromJson(body(answer));
    }
}
