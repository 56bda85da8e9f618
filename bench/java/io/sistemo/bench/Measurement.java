package io.sistemo.bench;

/**
 * One line of the result.
 *
 * @param name what was measured
 * @param ours our figure
 * @param reference the figure that it is compared with
 * @param unit of both
 * @param target the promised upper bound, of the ratio or, when there is no reference to divide by, of our figure
 * @param isRatio whether the target bounds the ratio
 */
record Measurement(String name, double ours, double reference, String unit, double target, boolean isRatio) {
    static Measurement ratio(String name, double ours, double reference, String unit, double target) {
        return new Measurement(name, ours, reference, unit, target, true);
    }

    static Measurement bound(String name, double ours, double limit, String unit) {
        return new Measurement(name, ours, limit, unit, limit, false);
    }

    /** A line of the table that {@link #heading} begins. */
    String line() {
        double ratio = ours / reference;
        String verdict = (isRatio ? ratio : ours) <= target ? "reached" : "missed";
        String bound = isRatio ? String.format("%.2f x", target) : String.format("%.0f %s", target, unit);
        return String.format(
                "%-54s %10.1f %10.1f %-4s %7.2f %10s  %s", name, ours, reference, unit, ratio, bound, verdict);
    }

    static String heading() {
        return String.format("%-54s %10s %10s %-4s %7s %10s", "what", "ours", "reference", "", "ratio", "target");
    }
}
