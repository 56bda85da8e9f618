package io.sistemo.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be configured, and how mistakes are told. */
class ConfigurationTest {
    @TempDir
    Path directory;

    private Configuration load(String text, Map<String, String> environment) throws IOException {
        Path file = directory.resolve("config.yml");
        Files.writeString(file, text);
        return Configuration.load(file, environment);
    }

    @Test
    void withoutAFileAllIsAsUsual() {
        Configuration configuration = Configuration.load(directory.resolve("none"), Map.of());
        for (ConfigurationKey key : ConfigurationKey.values()) {
            assertThat(configuration.get(key).text()).isEqualTo(key.usual());
            assertThat(configuration.get(key).source()).isEqualTo("default");
        }
        assertThat(configuration.path(ConfigurationKey.KERNEL_PATH)).isEmpty();
    }

    @Test
    void theEnvironmentBeatsTheFileBeatsTheDefault() throws IOException {
        Configuration configuration =
                load("port: 1\nmax_vcpus: 2\ndns_servers: [1.1.1.1, 9.9.9.9]\n", Map.of("PORT", "3"));
        assertThat(configuration.get(ConfigurationKey.PORT).number()).isEqualTo(3);
        assertThat(configuration.get(ConfigurationKey.PORT).source()).isEqualTo("environment");
        assertThat(configuration.get(ConfigurationKey.MAX_VCPUS).number()).isEqualTo(2);
        assertThat(configuration.get(ConfigurationKey.DNS_SERVERS).list()).containsExactly("1.1.1.1", "9.9.9.9");
        assertThat(configuration.toWire(_ -> Optional.of("shown")).values())
                .filteredOn(value -> value.source().equals("default"))
                .allSatisfy(value -> assertThat(value.value()).isEqualTo("shown"));
    }

    @Test
    void keysForLaterAreAccepted() throws IOException {
        assertThat(load("audit_days: 30\n", Map.of()).get(ConfigurationKey.PORT).number())
                .isEqualTo(7777);
        assertThat(load("", Map.of()).get(ConfigurationKey.PORT).number()).isEqualTo(7777);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prot: 1                 | unknown key 'prot'",
                "port: 0                 | port: '0', but it must be a whole number from 1 to 65535",
                "port: seven             | port: 'seven', but it must be a whole number from 1 to 65535",
                "port: 99999999999       | from 1 to 65535",
                "max_vcpus: 1.5          | max_vcpus: '1.5'",
                "default_iops: -1        | default_iops: '-1'",
                "default_bandwidth_mbps: 8 Mbit | a whole number from 0 to 1000000",
                "block_smtp: maybe       | block_smtp: 'maybe', but it must be true or false",
                "kernel_path: vmlinux    | a path that begins with '/'",
                "bridge_subnet: 10.0.0.1/24 | bits set beyond its prefix",
                "listen: 0.0.0.0         | a loopback address",
                "dns_servers: [1.1.1]    | IPv4 addresses",
                "allowed_hosts: 'a b'    | host names",
                "hypervisor: xen         | auto, firecracker or qemu",
                "port                    | must consist of lines",
                "'port: [1'              | is not YAML",
                "'port: 1\nport: 2'      | is not YAML",
            })
    void mistakesAreToldInOneLine(String text, String told) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> load(text, Map.of()))
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo(RefusalCode.BAD_INPUT);
                    assertThat(refusal.sentence()).contains(told).doesNotContain("\n");
                });
    }

    @Test
    void aMistakeInTheEnvironmentSaysSo() {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> load("", Map.of("MAX_MEMORY_MB", "1")))
                .withMessageContaining("(environment) has max_memory_mb: '1'");
    }

    @Test
    void onlyNameServersThatGuestsCanReachAreTaken() {
        assertThat(HostResolvers.parse("""
                        # nameserver 8.8.8.8
                        search example.org
                        nameserver 127.0.0.53
                        nameserver fe80::1
                        nameserver\t192.0.2.1
                          nameserver 9.9.9.9
                        nameserver
                        """)).containsExactly("192.0.2.1", "9.9.9.9");
    }
}
