package io.sistemo.daemon;

import java.util.Locale;

/** Every key of the configuration, in the order of the reference, with its default as text. */
enum ConfigurationKey {
    PORT("7777"),
    BRIDGE_SUBNET("10.200.0.0/16"),
    HOST_INTERFACE(""),
    MAX_VCPUS("64"),
    MAX_MEMORY_MB("262144"),
    MAX_STORAGE_MB("1048576"),
    MIN_DISK_FREE_MB("512"),
    DEFAULT_BANDWIDTH_MBPS("0"),
    DEFAULT_UPLOAD_MBPS("0"),
    DEFAULT_IOPS("0"),
    DEFAULT_DISK_BW_MBPS("0"),
    RECONCILER_INTERVAL_SEC("30"),
    /** 0 stands for the default: 20 with hardware virtualisation, 90 where the processor is emulated. */
    SSH_TIMEOUT_SEC("0"),
    BLOCK_SMTP("true"),
    HYPERVISOR("auto"),
    FIRECRACKER_PATH(""),
    JAILER_PATH(""),
    KERNEL_PATH(""),
    INITRD_PATH(""),
    LISTEN("127.0.0.1"),
    ALLOWED_HOSTS(""),
    STOP_TIMEOUT_SEC("30"),
    RESTART_POLICY("no"),
    DNS_SERVERS("");

    private final String usual;

    ConfigurationKey(String usual) {
        this.usual = usual;
    }

    /** What a value must look like. */
    sealed interface Kind {
        /** A whole number in a range. */
        record WholeNumber(int least, int most) implements Kind {}

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

        /** no, on-failure or always. */
        record Restart() implements Kind {}
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

    /** What its value must look like. */
    Kind kind() {
        return switch (this) {
            case PORT -> new Kind.WholeNumber(1, 65_535);
            case MAX_VCPUS -> new Kind.WholeNumber(1, 254);
            case MAX_MEMORY_MB -> new Kind.WholeNumber(64, 1 << 24);
            case MAX_STORAGE_MB -> new Kind.WholeNumber(16, 1 << 30);
            case MIN_DISK_FREE_MB -> new Kind.WholeNumber(0, 1 << 30);
            case DEFAULT_BANDWIDTH_MBPS, DEFAULT_UPLOAD_MBPS, DEFAULT_DISK_BW_MBPS ->
                new Kind.WholeNumber(0, 1_000_000);
            case DEFAULT_IOPS -> new Kind.WholeNumber(0, 100_000_000);
            case RECONCILER_INTERVAL_SEC -> new Kind.WholeNumber(1, 86_400);
            case SSH_TIMEOUT_SEC -> new Kind.WholeNumber(0, 3_600);
            case STOP_TIMEOUT_SEC -> new Kind.WholeNumber(1, 3_600);
            case BRIDGE_SUBNET -> new Kind.SubnetText();
            case HOST_INTERFACE -> new Kind.Text();
            case BLOCK_SMTP -> new Kind.Truth();
            case HYPERVISOR -> new Kind.Hypervisor();
            case FIRECRACKER_PATH, JAILER_PATH, KERNEL_PATH, INITRD_PATH -> new Kind.Path();
            case RESTART_POLICY -> new Kind.Restart();
            case LISTEN -> new Kind.Loopback();
            case ALLOWED_HOSTS -> new Kind.Names();
            case DNS_SERVERS -> new Kind.Addresses();
        };
    }
}
