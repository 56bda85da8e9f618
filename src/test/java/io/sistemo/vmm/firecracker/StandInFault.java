package io.sistemo.vmm.firecracker;

/**
 * Something that goes wrong in a Firecracker that is a stand-in, once a request comes.
 *
 * @param request like {@code PUT /drives/root}
 * @param kind what goes wrong
 */
public record StandInFault(String request, Kind kind) {
    /** Nothing goes wrong. */
    public static final StandInFault NONE = new StandInFault("", Kind.REFUSES);

    /** What goes wrong. */
    public enum Kind {
        /** It answers 400. */
        REFUSES,
        /** It answers 500. */
        FAILS,
        /** It answers with what is not HTTP. */
        BABBLES,
        /** It answers with the beginning of an answer, and ends the connection. */
        STOPS_HALF_WAY,
        /** It never answers. */
        HANGS,
        /** It ends. */
        DIES
    }
}
