package io.sistemo.daemon;

import io.sistemo.machine.MachineSettings;
import io.sistemo.machine.RestartPolicy;
import io.sistemo.machine.RestartRules;
import io.sistemo.store.DataDirectory;
import io.sistemo.vmm.DeviceLimits;
import io.sistemo.vmm.Vmm;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** What the configuration says about machines, in their words. */
final class MachineConfiguration {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration READY_TIMEOUT_EMULATED = Duration.ofSeconds(90);

    private static final long BYTES_PER_MEGABIT = 125_000;
    private static final long BYTES_PER_MEGABYTE = 1_000_000;

    private MachineConfiguration() {}

    /** The settings; what is not configured hangs on the VMM and on the host. */
    static MachineSettings settings(Configuration configuration, Vmm vmm, DataDirectory directory) {
        int seconds = configuration.get(ConfigurationKey.SSH_TIMEOUT_SEC).number();
        Duration usual = vmm.capabilities().emulatesCpu() ? READY_TIMEOUT_EMULATED : READY_TIMEOUT;
        List<String> servers = configuration.get(ConfigurationKey.DNS_SERVERS).list();
        return new MachineSettings(
                new MachineSettings.Limits(
                        configuration.get(ConfigurationKey.MAX_VCPUS).number(),
                        configuration.get(ConfigurationKey.MAX_MEMORY_MB).number(),
                        configuration.get(ConfigurationKey.MAX_STORAGE_MB).number(),
                        configuration.get(ConfigurationKey.MIN_DISK_FREE_MB).number()),
                seconds == 0 ? usual : Duration.ofSeconds(seconds),
                Duration.ofSeconds(
                        configuration.get(ConfigurationKey.STOP_TIMEOUT_SEC).number()),
                configuration.get(ConfigurationKey.BLOCK_SMTP).truth(),
                servers.isEmpty() ? HostResolvers.find() : servers,
                configuration.path(ConfigurationKey.KERNEL_PATH).orElse(directory.kernel()),
                devices(configuration),
                RestartRules.of(RestartPolicy.find(configuration
                                .get(ConfigurationKey.RESTART_POLICY)
                                .text())
                        .orElseThrow()),
                configuration.get(ConfigurationKey.PORT).number());
    }

    private static DeviceLimits devices(Configuration configuration) {
        return new DeviceLimits(
                limit(configuration, ConfigurationKey.DEFAULT_BANDWIDTH_MBPS, BYTES_PER_MEGABIT),
                limit(configuration, ConfigurationKey.DEFAULT_UPLOAD_MBPS, BYTES_PER_MEGABIT),
                limit(configuration, ConfigurationKey.DEFAULT_IOPS, 1),
                limit(configuration, ConfigurationKey.DEFAULT_DISK_BW_MBPS, BYTES_PER_MEGABYTE));
    }

    private static OptionalLong limit(Configuration configuration, ConfigurationKey key, long unit) {
        return DeviceLimits.of(configuration.get(key).number(), unit);
    }
}
