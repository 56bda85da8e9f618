package io.sistemo.vmm.qemu;

/** What can be said of this host's KVM. */
public enum KvmFinding {
    /** A kernel was booted under it. */
    BOOTS_GUESTS("KVM boots guests"),
    /** There is no device. */
    MISSING(
            "there is no /dev/kvm: load the kernel module kvm_intel or kvm_amd, or switch virtualisation on in the firmware"),
    /** The device does not open, although we are root. */
    NOT_PERMITTED("/dev/kvm cannot be opened: give it to the container or the service that this runs in"),
    /** It opens, and a usual kernel does not come up under it, as on hosts that are guests themselves. */
    BOOTS_NOTHING("/dev/kvm is there and does not boot a guest");

    private final String words;

    KvmFinding(String words) {
        this.words = words;
    }

    /** For people: what was found, and what can be done about it, without a full stop. */
    public String words() {
        return words;
    }
}
