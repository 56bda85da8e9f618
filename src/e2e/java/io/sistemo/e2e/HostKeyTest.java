package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Somebody else answers at a machine's address: no client of ours talks to them. */
class HostKeyTest extends DaemonTest {
    @Override
    void populate() throws Exception {
        deploy("web");
        deploy("impostor");
    }

    @Override
    void depopulate() throws Exception {
        delete("web");
        delete("impostor");
    }

    @Test
    void aGuestWithAnotherKeyIsRefused() throws Exception {
        String web = (String) field(machine("web"), "ip_address");
        String impostor = (String) field(machine("impostor"), "ip_address");
        assertThat(inGuest("web", "hostname")).isEqualTo("web");
        // A daemon that starts anew has no open connection to go on with.
        daemon.kill();
        host.run(List.of("nft", "-f", "-"), redirection(web, impostor)).succeeded();
        try {
            daemon = Daemon.up(host);
            Result exec = cli("machine", "exec", "web", "hostname");
            assertThat(exec.exitCode()).isEqualTo(125);
            assertThat(exec.out()).isEmpty();
            assertOneClearLine(exec, "key");
            Result ssh = cli("--data-dir", host.dataDirectory().toString(), "machine", "ssh", "web", "--", "hostname");
            assertThat(ssh.exitCode()).isNotZero();
            assertThat(ssh.out()).doesNotContain("impostor");
        } finally {
            host.run("nft", "delete", "table", "ip", "impostor");
        }
        Await.until(
                BOOT_LIMIT,
                "the right guest answers again",
                () -> cli("machine", "exec", "web", "hostname").exitCode() == 0);
    }

    private static String redirection(String from, String to) {
        return "table ip impostor {\n chain output {\n type nat hook output priority -150;\n ip daddr " + from
                + " tcp dport 2222 dnat to " + to + "\n }\n}\n";
    }
}
