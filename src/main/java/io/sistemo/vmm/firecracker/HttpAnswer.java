package io.sistemo.vmm.firecracker;

import io.sistemo.host.HostException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer in HTTP/1.1 as Firecracker's server writes it: a body has a {@code Content-Length}, and the connection stays open.
 * Anything else is refused.
 *
 * @param status like 204
 * @param body empty when there is none
 */
record HttpAnswer(int status, String body) {
    private static final String END_OF_HEAD = "\r\n\r\n";
    /** The reason may be missing, and the blank before it. */
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})(?: [^\\r\\n]*)?");

    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length:[ \\t]*([0-9]{1,6})[ \\t]*$");
    private static final Pattern ENCODED = Pattern.compile("(?im)^transfer-encoding:");

    /** Whether what was heard is a whole answer. Pure. */
    static boolean isWhole(byte[] heard) {
        String text = text(heard);
        int head = text.indexOf(END_OF_HEAD);
        return head >= 0
                && heard.length
                        >= head
                                + END_OF_HEAD.length()
                                + length(text.substring(0, head)).orElse(0);
    }

    /**
     * Reads a whole answer. Pure.
     *
     * @throws HostException when it is not one
     */
    static HttpAnswer parse(byte[] heard) {
        String text = text(heard);
        int end = text.indexOf(END_OF_HEAD);
        String head = text.substring(0, Math.max(0, end));
        Matcher statusLine = STATUS_LINE.matcher(head.lines().findFirst().orElse(""));
        if (!statusLine.matches() || ENCODED.matcher(head).find()) {
            throw new HostException("the answer is not understood: " + OneLine.of(head, "it has no head"));
        }
        int length = length(head).orElse(0);
        int begin = end + END_OF_HEAD.length();
        if (heard.length != begin + length) {
            throw new HostException("the answer has " + (heard.length - begin) + " bytes instead of " + length);
        }
        String body = new String(heard, begin, length, StandardCharsets.UTF_8);
        return new HttpAnswer(Integer.parseInt(statusLine.group(1)), body);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static OptionalInt length(String head) {
        Matcher matcher = LENGTH.matcher(head.replace("\r", ""));
        return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
