package io.sistemo.claim;

/** The kinds of host thing, in the order in which they are built; they are released in the opposite order. */
public enum ClaimKind {
    BRIDGE(Lifetime.UNTIL_REBOOT),
    PACKET_FILTER(Lifetime.UNTIL_REBOOT),
    FIREWALL_RULE(Lifetime.UNTIL_REBOOT),
    RESOLVER(Lifetime.UNTIL_REBOOT),
    IMAGE_WORKSPACE(Lifetime.DURABLE),
    IMAGE_FILE(Lifetime.DURABLE),
    MACHINE_DIRECTORY(Lifetime.DURABLE),
    DISK(Lifetime.DURABLE),
    CGROUP(Lifetime.UNTIL_REBOOT),
    MACHINE_NETWORK(Lifetime.UNTIL_REBOOT),
    MACHINE_NAME(Lifetime.UNTIL_REBOOT),
    JAIL(Lifetime.UNTIL_REBOOT),
    VMM(Lifetime.UNTIL_REBOOT);

    private final Lifetime lifetime;

    ClaimKind(Lifetime lifetime) {
        this.lifetime = lifetime;
    }

    /** How long things of this kind live. */
    public Lifetime lifetime() {
        return lifetime;
    }
}
