package io.sistemo.daemon;

import java.util.Locale;

/** Every key of the configuration, in the order of the reference, with its default as text. */
enum ConfigurationKey {
    PORT("7777", Kind.number(1, 65_535)),
    BRIDGE_SUBNET("10.200.0.0/16", Kind.SUBNET),
    HOST_INTERFACE("", Kind.TEXT),
    MAX_VCPUS("64", Kind.number(1, 254)),
    MAX_MEMORY_MB("262144", Kind.number(64, 1 << 24)),
    MAX_STORAGE_MB("1048576", Kind.number(16, 1 << 30)),
    MIN_DISK_FREE_MB("512", Kind.number(0, 1 << 30)),
    RECONCILER_INTERVAL_SEC("30", Kind.number(1, 86_400)),
    /** 0 stands for the default: 20 with hardware virtualisation, 90 where the processor is emulated. */
    SSH_TIMEOUT_SEC("0", Kind.number(0, 3_600)),
    BLOCK_SMTP("true", Kind.TRUTH),
    HYPERVISOR("auto", Kind.HYPERVISOR),
    KERNEL_PATH("", Kind.PATH),
    INITRD_PATH("", Kind.PATH),
    LISTEN("127.0.0.1", Kind.LOOPBACK),
    ALLOWED_HOSTS("", Kind.NAMES),
    STOP_TIMEOUT_SEC("30", Kind.number(1, 3_600)),
    DNS_SERVERS("", Kind.ADDRESSES);

    private final String usual;
    private final Kind kind;

    ConfigurationKey(String usual, Kind kind) {
        this.usual = usual;
        this.kind = kind;
    }

    /** What a value must look like. */
    sealed interface Kind {
        /** A whole number in a range. */
        record Number(int least, int most) implements Kind {}

        /** true or false. */
        record Truth() implements Kind {}

        /** Any text. */
        record Text() implements Kind {}

        /** An absolute path, or nothing. */
        record Path() implements Kind {}

        /** A subnet in CIDR notation. */
        record SubnetText() implements Kind {}

        /** Names, separated by commas. */
        record Names() implements Kind {}

        /** IPv4 addresses, separated by commas. */
        record Addresses() implements Kind {}

        /** A loopback address. */
        record Loopback() implements Kind {}

        /** auto, firecracker or qemu. */
        record Hypervisor() implements Kind {}

        Kind TRUTH = new Truth();
        Kind TEXT = new Text();
        Kind PATH = new Path();
        Kind SUBNET = new SubnetText();
        Kind NAMES = new Names();
        Kind ADDRESSES = new Addresses();
        Kind LOOPBACK = new Loopback();
        Kind HYPERVISOR = new Hypervisor();

        static Kind number(int least, int most) {
            return new Number(least, most);
        }
    }

    /** The key as the file has it. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The environment variable that overrides it. */
    String variable() {
        return name();
    }

    String usual() {
        return usual;
    }

    Kind kind() {
        return kind;
    }
}
