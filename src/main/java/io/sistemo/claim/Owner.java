package io.sistemo.claim;

/**
 * Who holds claims.
 *
 * @param type machine, volume, image, network or host
 * @param id the owner's id; the host's is "host"
 */
public record Owner(OwnerType type, String id) {
    /** The machine we run on, as the owner of the default bridge and the packet filter. */
    public static final Owner HOST = new Owner(OwnerType.HOST, "host");
}
