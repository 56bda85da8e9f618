package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a user does with one machine, from deploy to delete. */
class MachineLifecycleTest extends DaemonTest {
    @Override
    void populate() throws Exception {
        Result result = cli("machine", "deploy", "debian", "--name", "web", "--storage", "3GB");
        assertThat(result.succeeded().out()).contains("web").containsPattern("10\\.200\\.\\d+\\.\\d+");
    }

    @Override
    void depopulate() throws Exception {
        delete("web");
        assertThat(cli("machine", "list").succeeded().out()).doesNotContain("web");
    }

    @Test
    void listAndStatusSayTheSame() throws Exception {
        assertThat(cli("machine", "list").succeeded().out())
                .contains("ID", "NAME", "STATUS", "IMAGE", "IP", "NETWORK", "VOLUMES", "web", "running", "web-root");
        String id = (String) field(machine("web"), "id");
        assertThat(cli("machine", "status", "web", "-o", "json").succeeded().out())
                .contains("\"id\": \"" + id + "\"", "\"status\": \"running\"");
        assertThat(field(machine("web"), "status")).isEqualTo("running");
        assertThat(field(machine(id), "name")).isEqualTo("web");
        assertThat(field(machine(id.substring(0, 8)), "name")).isEqualTo("web");
        assertThat(cli("vm", "ls").succeeded().out()).contains("web");
        assertThat(cli("machine", "show", "web").succeeded().out()).contains("web", id);
    }

    @Test
    void itHasAKernelAndANameOfItsOwn() throws Exception {
        assertThat(inGuest("web", "uname -r"))
                .isNotEqualTo(host.run("uname", "-r").text());
        assertThat(inGuest("web", "cat /proc/version"))
                .isNotEqualTo(Files.readString(Path.of("/proc/version")).strip());
        assertThat(inGuest("web", "hostname")).isEqualTo("web");
        assertThat(inGuest("web", "cat /etc/os-release")).contains("Debian");
    }

    /** Ctrl-C on the daemon's terminal must not reach it, and who breaks out of the emulator must have nothing. */
    @Test
    void theVmmStandsAloneAndMayDoNothing() throws Exception {
        assumeTrue(
                !PrivateHost.runsFirecracker(),
                "SKIPPED: Firecracker confines itself by seccomp and opens its disks itself; what stands in for it is Java");
        long pid = vmmPid("web");
        String status = host.run("cat", "/proc/" + pid + "/status").succeeded().out();
        assertThat(status)
                .containsPattern("Uid:\\t(?!0\\t)\\d+")
                .containsPattern("CapEff:\\t0{16}")
                .containsPattern("NoNewPrivs:\\t1")
                .containsPattern("Seccomp:\\t2");
        String[] afterName = host.run("cat", "/proc/" + pid + "/stat")
                .succeeded()
                .out()
                .replaceFirst("^.*\\) ", "")
                .split(" ", -1);
        assertThat(afterName[3]).as("session").isEqualTo(Long.toString(pid));
        assertThat(host.run("ls", "-l", "/proc/" + pid + "/fd").succeeded().out())
                .contains(".raw")
                .doesNotContain("sistemo.db", "pipe:");
    }

    @Test
    void execKeepsStreamsApartAndPassesTheExitCode() throws Exception {
        Result result = cli("machine", "exec", "web", "echo out; echo err >&2; exit 7");
        assertThat(result).isEqualTo(new Result(7, "out\n", "err\n"));
        assertThat(cli("machine", "exec", "web", "kill -9 $$").exitCode()).isEqualTo(137);
        assertThat(cli("machine", "exec", "web", "ls", "-d", "/etc").text()).isEqualTo("/etc");
        assertThat(cli("machine", "exec", "web", "no-such-command").exitCode()).isEqualTo(127);
    }

    @Test
    void execReadsStandardInput() throws Exception {
        String text = "line\n".repeat(100_000);
        List<String> command = host.program(List.of("machine", "exec", "web", "wc -c; echo done"));
        assertThat(host.run(command, text).succeeded().out().split("\\s+")).containsExactly("500000", "done");
    }

    @Test
    void execStreamsMuchOutputUnchanged() throws Exception {
        assertThat(cli("machine", "exec", "web", "seq 1 200000")
                        .succeeded()
                        .out()
                        .lines()
                        .count())
                .isEqualTo(200_000);
    }

    @Test
    void sshRunsACommand() throws Exception {
        Result result =
                cli("--data-dir", host.dataDirectory().toString(), "machine", "ssh", "web", "--", "echo $((6 * 7))");
        assertThat(result.succeeded().text()).isEqualTo("42");
    }

    @Test
    void logsShowTheSerialConsole() throws Exception {
        assertThat(cli("machine", "logs", "web").succeeded().out()).isNotBlank();
    }

    @Test
    void theRootFilesystemFillsItsDisk() throws Exception {
        long kibibytes = Long.parseLong(inGuest("web", "df -k --output=size / | tail -n 1"));
        assertThat(kibibytes).isBetween(2_700_000L, 3L << 20);
    }

    @Test
    void clockAndNameServersAreRight() throws Exception {
        long seconds = Long.parseLong(inGuest("web", "date +%s"));
        assertThat(Math.abs(seconds - Instant.now().getEpochSecond())).isLessThan(30);
        assertThat(inGuest("web", "cat /etc/resolv.conf")).contains("nameserver");
    }

    @Test
    void stopAndStartKeepTheDiskAndTheAddress() throws Exception {
        String address = (String) field(machine("web"), "ip_address");
        inGuest("web", "echo kept > /root/kept && sync");
        cli("machine", "stop", "web").succeeded();
        assertThat(field(machine("web"), "status")).isEqualTo("stopped");
        assertOneClearLine(cli("machine", "exec", "web", "true"), "web");
        assertThat(cli("machine", "exec", "web", "true").exitCode()).isEqualTo(125);
        cli("machine", "stop", "web").succeeded();
        cli("machine", "start", "web").succeeded();
        cli("machine", "start", "web").succeeded();
        assertThat(inGuest("web", "cat /root/kept")).isEqualTo("kept");
        assertThat(field(machine("web"), "ip_address")).isEqualTo(address);
    }

    /** Our sshd answers before an init listens to anybody. */
    @Test
    void aStopRightAfterABootReachesTheInit() throws Exception {
        deploy("brief");
        assertThat(cli("machine", "stop", "brief").succeeded().out()).contains("the guest shut down");
        cli("machine", "start", "brief").succeeded();
        assertThat(cli("machine", "stop", "brief").succeeded().out()).contains("the guest shut down");
        delete("brief");
    }

    @Test
    void restartBootsAnew() throws Exception {
        String before = inGuest("web", "cat /proc/sys/kernel/random/boot_id");
        cli("machine", "restart", "web").succeeded();
        assertThat(inGuest("web", "cat /proc/sys/kernel/random/boot_id")).isNotEqualTo(before);
    }

    @Test
    void theCommandsBesideMachinesSpeakOfThisDaemon() throws Exception {
        assertThat(cli("config").succeeded().out()).containsPattern("port +7777 +default");
        assertThat(cli("image", "ls").succeeded().out()).containsPattern("debian +sha256:[0-9a-f]{12} .* 1 ");
        assertThat(cli("version").succeeded().out()).startsWith("sistemo ");
        assertThat(cli("--version").succeeded().out())
                .isEqualTo(cli("version").succeeded().out());
        Result doctor = cli("doctor");
        assertThat(doctor.out()).contains("ok    ").doesNotContain("FAIL");
        assertThat(doctor.exitCode()).isZero();
    }

    @Test
    void theApiRunsAScriptAndLimitsItsTime() throws Exception {
        String path = "/api/v1/machines/web/exec";
        assertThat(Http.send(host, Http.request("POST", path, "{\"script\": \"echo out; echo err >&2; exit 7\"}")))
                .startsWith("HTTP/1.1 200")
                .contains("{\"exit_code\":7,\"stdout\":\"out\\n\",\"stderr\":\"err\\n\"}");
        assertThat(Http.send(host, Http.request("POST", path, "{\"script\": \"sleep 100\", \"timeout_sec\": 1}")))
                .startsWith("HTTP/1.1 504")
                .contains("timed_out");
    }

    @Test
    void labelsAreShown() throws Exception {
        String deploy = "{\"name\": \"labelled\", \"image\": \"debian\", \"vcpus\": 1, \"memory_mb\": 512,"
                + " \"metadata\": {\"team\": \"web\"}}";
        assertThat(Http.send(host, Http.request("POST", "/api/v1/machines", deploy)))
                .startsWith("HTTP/1.1 201");
        assertThat(field(machine("labelled"), "metadata")).isEqualTo(java.util.Map.of("team", "web"));
        delete("labelled");
    }

    @Test
    void aTakenNameIsRefusedAndTheMachineStays() throws Exception {
        Result result = cli("machine", "deploy", "debian", "--name", "web");
        assertThat(result.exitCode()).isEqualTo(1);
        assertOneClearLine(result, "web");
        assertThat(inGuest("web", "echo here")).isEqualTo("here");
    }

    @Test
    void deleteAsksAndRefusesWithoutATerminal() throws Exception {
        Result result = cli("machine", "delete", "web");
        assertThat(result.exitCode()).isNotZero();
        assertOneClearLine(result, "-y");
        assertThat(field(machine("web"), "status")).isEqualTo("running");
    }
}
