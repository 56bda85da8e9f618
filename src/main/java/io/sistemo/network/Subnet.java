package io.sistemo.network;

/**
 * A network's range of addresses. The first usable address is its gateway, the bridge; machines get the others.
 *
 * @param base the lowest address, with no bit set beyond the prefix
 * @param prefixLength 8 to 29: at least five machines fit
 */
public record Subnet(Ipv4 base, int prefixLength) {
    private static final int SHORTEST_PREFIX = 8;
    private static final int LONGEST_PREFIX = 29;

    /** Checks the form. */
    public Subnet {
        if (prefixLength < SHORTEST_PREFIX || prefixLength > LONGEST_PREFIX) {
            throw new IllegalArgumentException("a subnet's prefix is /8 to /29, not /" + prefixLength);
        }
        if ((base.value() & (1L << (32 - prefixLength)) - 1) != 0) {
            throw new IllegalArgumentException(base + "/" + prefixLength + " has bits set beyond its prefix");
        }
    }

    /**
     * Parses {@code 10.200.0.0/16}.
     *
     * @throws IllegalArgumentException with a sentence that says what is wrong
     */
    public static Subnet parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,2}")) {
            throw new IllegalArgumentException("not a subnet like 10.200.0.0/16: " + text);
        }
        return new Subnet(Ipv4.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /**
     * Whether an address is in both.
     *
     * @param otherLength 0 to 32; bits of the other address beyond it do not count
     */
    boolean overlaps(Ipv4 other, int otherLength) {
        int shared = 32 - Math.min(prefixLength, otherLength);
        return base.value() >> shared == other.value() >> shared;
    }

    /** The same for another subnet. */
    public boolean overlaps(Subnet other) {
        return overlaps(other.base, other.prefixLength);
    }

    /** The bridge's address. */
    public Ipv4 gateway() {
        return new Ipv4(base.value() + 1);
    }

    /** The lowest address for a machine. */
    public Ipv4 firstMachine() {
        return new Ipv4(base.value() + 2);
    }

    /** The highest address for a machine; the one after it is for broadcasts. */
    public Ipv4 lastMachine() {
        return new Ipv4(base.value() + (1L << (32 - prefixLength)) - 2);
    }

    @Override
    public String toString() {
        return base + "/" + prefixLength;
    }
}
