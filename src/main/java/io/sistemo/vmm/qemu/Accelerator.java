package io.sistemo.vmm.qemu;

/** What runs a guest's instructions. */
public enum Accelerator {
    /** The processor itself, through /dev/kvm. */
    KVM,
    /** QEMU's own translator: slow, works anywhere, and is no security boundary. */
    TCG
}
