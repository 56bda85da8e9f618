package io.sistemo.server;

import io.sistemo.api.ConfigList;
import io.sistemo.api.ConfigValue;
import io.sistemo.api.DaemonInfo;
import io.sistemo.api.DoctorCheck;
import io.sistemo.api.DoctorReport;
import io.sistemo.api.Health;
import io.sistemo.api.HealthStats;
import io.sistemo.api.HostInfo;
import io.sistemo.api.SystemInfo;
import io.sistemo.api.SystemLimits;
import io.sistemo.api.SystemStats;
import java.util.List;
import java.util.Map;

/** A daemon that says fixed things of itself. */
final class FakeDaemon implements DaemonFacts {
    volatile boolean ready = true;

    @Override
    public String version() {
        return "1.2.3";
    }

    @Override
    public Health health() {
        return new Health("healthy", Map.of("database", "ok"), new HealthStats(1));
    }

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public SystemInfo system() {
        return new SystemInfo(
                "healthy",
                new HostInfo("box", "6.1", 2, 4096, 10, 5, 5),
                new DaemonInfo("1.2.3", 1, 2, "/data", "0123456789ab", 7777, "qemu", null, null),
                new SystemStats(2, 1, 2, 1),
                new SystemLimits(64, 262144, 1048576));
    }

    @Override
    public ConfigList config() {
        return new ConfigList(List.of(new ConfigValue("port", "7777", "default")));
    }

    @Override
    public DoctorReport doctor() {
        return new DoctorReport(List.of(new DoctorCheck("kernel", true, "there", null)));
    }
}
