package io.sistemo.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts what was asked and answered, and keeps what went wrong. Safe for concurrent use. */
final class SoakReport {
    private static final int MOST_VIOLATIONS = 50;

    private final Map<String, Map<SoakAnswer.Kind, Integer>> answers = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private int refusedStarts;

    synchronized void answered(String operation, SoakAnswer.Kind kind) {
        answers.computeIfAbsent(operation, _ -> new TreeMap<>()).merge(kind, 1, Integer::sum);
    }

    /** How often a guest did what it was asked for. */
    synchronized int doneInGuests() {
        return SoakOperation.ALL.stream()
                .filter(SoakOperation::isInGuest)
                .mapToInt(operation ->
                        answers.getOrDefault(operation.name(), Map.of()).getOrDefault(SoakAnswer.Kind.DONE, 0))
                .sum();
    }

    /** The daemon did not start, for want of room; it must have said so. */
    synchronized void refusedStart(String said) {
        refusedStarts++;
        if (!said.contains("cannot start") || said.contains("\tat ")) {
            violation("a daemon that found no room to start did not say so in a line: " + said);
        }
    }

    /** Something that must not be. */
    synchronized void violation(String what) {
        System.out.println("VIOLATION " + what);
        if (violations.size() < MOST_VIOLATIONS) {
            violations.add(what);
        }
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** A line for each operation with its answers. */
    synchronized String text() {
        StringBuilder text = new StringBuilder();
        int total = 0;
        for (var operation : answers.entrySet()) {
            int count = operation.getValue().values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            total += count;
            text.append("  ")
                    .append(operation.getKey())
                    .append(' ')
                    .append(count)
                    .append(": ");
            operation
                    .getValue()
                    .forEach((kind, times) -> text.append(kind.name().toLowerCase(Locale.ROOT))
                            .append(' ')
                            .append(times)
                            .append("  "));
            text.append('\n');
        }
        return "soak: " + total + " requests, daemon starts refused for want of room: " + refusedStarts + "\n"
                + text.toString().stripTrailing();
    }
}
