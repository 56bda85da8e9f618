package io.sistemo.cli;

import java.util.Collection;
import java.util.Optional;

/** Finds the word that was probably meant. */
final class Suggestion {
    private Suggestion() {}

    /** The nearest of the known words, unless none is near: more than a third of the letters differ. */
    static Optional<String> nearest(String word, Collection<String> known) {
        int bestDistance = Math.max(1, (word.length() + 1) / 3) + 1;
        Optional<String> best = Optional.empty();
        for (String candidate : known) {
            int distance = distance(word, candidate);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = Optional.of(candidate);
            }
        }
        return best;
    }

    /** The nearest word as the end of an error line, or nothing. */
    static String hint(String word, Collection<String> known) {
        return nearest(word, known)
                .map(found -> "; did you mean " + found + "?")
                .orElse("");
    }

    /** How many letters must be put in, taken out, changed, or swapped with the next. */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            cost[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            cost[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int best = Math.min(cost[i - 1][j - 1] + (same ? 0 : 1), Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    best = Math.min(best, cost[i - 2][j - 2] + 1);
                }
                cost[i][j] = best;
            }
        }
        return cost[a.length()][b.length()];
    }
}
