package io.sistemo.claim;

/** How long a host thing lives. */
public enum Lifetime {
    /** Gone when the boot id changed; released at will. */
    UNTIL_REBOOT,
    /** Released only by a user's delete or by the failed create that made it. */
    DURABLE
}
