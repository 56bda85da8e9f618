package io.sistemo.cli;

import java.util.Locale;

/** Sizes as users write and read them: a bare number is MB, and 1 GB is 1024 MB. */
final class Sizes {
    private static final long MAX_MEBIBYTES = 1L << 40;
    private static final String FOR_EXAMPLE = "; write for example 512, 512MB, 2G or 2GB";

    private Sizes() {}

    /**
     * Reads {@code 512}, {@code 512MB}, {@code 2G}, {@code 2GB} or {@code 1TB}.
     *
     * @return MiB, more than 0
     * @throws IllegalArgumentException with a sentence that names the value
     */
    static long parseMebibytes(String text) {
        String size = text.strip().toUpperCase(Locale.ROOT);
        int digits = 0;
        while (digits < size.length() && size.charAt(digits) >= '0' && size.charAt(digits) <= '9') {
            digits++;
        }
        long factor = switch (size.substring(digits).strip()) {
            case "", "M", "MB", "MIB" -> 1;
            case "G", "GB", "GIB" -> 1024;
            case "T", "TB", "TIB" -> 1024 * 1024;
            default -> 0;
        };
        if (digits == 0 || digits > 12 || factor == 0) {
            throw new IllegalArgumentException("\"" + text + "\" is not a size" + FOR_EXAMPLE);
        }
        long mebibytes = Long.parseLong(size.substring(0, digits)) * factor;
        if (mebibytes == 0 || mebibytes > MAX_MEBIBYTES) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is too " + (mebibytes == 0 ? "small" : "large") + FOR_EXAMPLE);
        }
        return mebibytes;
    }

    /** A size for people: {@code 512MB}, {@code 5.0GB}. */
    static String format(long mebibytes) {
        return mebibytes < 1024 ? mebibytes + "MB" : oneDecimal(mebibytes, 1024) + "GB";
    }

    /** A quotient with one decimal, rounded; String.format would load more than all the rest of a command does. */
    static String oneDecimal(long dividend, long divisor) {
        long tenths = (dividend * 10 + divisor / 2) / divisor;
        return tenths / 10 + "." + tenths % 10;
    }
}
