package io.sistemo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.api.AttachedVolume;
import io.sistemo.api.DoctorCheck;
import io.sistemo.api.DoctorReport;
import io.sistemo.api.ErrorBody;
import io.sistemo.api.Machine;
import io.sistemo.api.MachineLimits;
import io.sistemo.api.MachineList;
import io.sistemo.api.Operation;
import io.sistemo.api.OperationState;
import io.sistemo.api.PortRule;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class CliTest extends CliHarness {
    CliTest() throws IOException {}

    private static Machine machine(String name, @Nullable String image, @Nullable String address) {
        return new Machine(
                "0a1b2c3d-0000-4000-8000-000000000000",
                name,
                "running",
                null,
                image,
                null,
                address,
                "sv-0a1b2c3d",
                2,
                512,
                2048,
                "default",
                "2026-01-01T00:00:00Z",
                "2026-01-01T00:00:00Z",
                null,
                List.of(new PortRule(8080, 80, "tcp", null)),
                List.of(
                        new AttachedVolume("1", name + "-root", "root", 2048),
                        new AttachedVolume("2", "data", "data", 9)),
                "no",
                null,
                null,
                null,
                null,
                null,
                Map.of("team", "web"));
    }

    private static Operation operation(
            String action, OperationState state, @Nullable String phase, @Nullable String error) {
        return new Operation("op-1", action, "machine", "m-1", "web", state, phase, null, null, error, null, "t", null);
    }

    @Test
    void listIsATable() {
        server.onRecord(
                "GET /api/v1/machines",
                200,
                new MachineList(List.of(machine("web", "debian", "10.200.0.2"), machine("a-longer-name", null, null))));
        assertThat(run("machine list")).isZero();
        assertThat(out()).isEqualTo("""
                ID         NAME            STATUS    IMAGE    IP           NETWORK   VOLUMES                   PORTS
                0a1b2c3d   web             running   debian   10.200.0.2   default   web-root,data             8080->80
                0a1b2c3d   a-longer-name   running   -        -            default   a-longer-name-root,data   8080->80
                """);
        assertThat(err()).isEmpty();
    }

    @Test
    void anEmptyListStillHasItsHeadings() {
        server.onRecord("GET /api/v1/machines", 200, new MachineList(List.of()));
        assertThat(run("vm ls")).isZero();
        assertThat(out()).isEqualTo("ID   NAME   STATUS   IMAGE   IP   NETWORK   VOLUMES   PORTS\n");
    }

    @Test
    void jsonIsTheRecordWithItsNulls() {
        server.onRecord("GET /api/v1/machines/web", 200, machine("web", null, null));
        assertThat(run("machine status web -o json")).isZero();
        assertThat(out().replace(" ", "")).contains("\"ip_address\":null").contains("\"memory_mb\":512");
    }

    @Test
    void statusShowsLabels() {
        server.onRecord("GET /api/v1/machines/web", 200, machine("web", "debian", null));
        assertThat(run("machine show web")).isZero();
        assertThat(out()).containsPattern("Metadata: +team=web\n");
    }

    @Test
    void statusShowsWhatDevicesAreHeldTo() {
        assertThat(MachineCommands.limits(new MachineLimits(100L, null, 500L, 20L)))
                .isEqualTo("receives 100 Mbit/s, each disk 500 requests/s, each disk 20 MB/s");
        assertThat(MachineCommands.limits(new MachineLimits(null, 1L, null, null)))
                .isEqualTo("sends 1 Mbit/s");
        assertThat(MachineCommands.limits(new MachineLimits(null, null, null, null)))
                .isEqualTo("none");
    }

    @Test
    void aStopSaysWhatItTook() {
        server.onRecord(
                "POST /api/v1/machines/web/stop",
                202,
                new Operation(
                        "op-1",
                        "machine.stop",
                        "machine",
                        "m-1",
                        "web",
                        OperationState.SUCCEEDED,
                        null,
                        null,
                        "the guest shut down",
                        null,
                        null,
                        "t",
                        "t"));
        assertThat(run("machine stop web")).isZero();
        assertThat(out()).isEqualTo("web stopped: the guest shut down\n");
    }

    @Test
    void statusSaysWhenAMachineIsStartedAgain() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(MachineCommands.nextStart("2026-01-01T00:00:08Z", 3, now)).isEqualTo("in 8 s (attempt 3)");
        assertThat(MachineCommands.nextStart("2026-01-01T00:00:00.100Z", 2, now))
                .isEqualTo("in 1 s (attempt 2)");
        assertThat(MachineCommands.nextStart("2025-12-31T23:59:59Z", 0, now)).isEqualTo("now");
    }

    @Test
    void theVersionIsALineOrARecord() {
        assertThat(run("version")).isZero();
        assertThat(out()).isEqualTo("sistemo development\n");
        out.reset();
        assertThat(run("version -o json")).isZero();
        assertThat(out().replaceAll("\\s", "")).isEqualTo("{\"name\":\"sistemo\",\"version\":\"development\"}");
    }

    @Test
    void aNameCannotPaintTheTerminal() {
        server.onRecord(
                "GET /api/v1/machines", 200, new MachineList(List.of(machine("w\u001b[31me\u0007b\n", "a", "b"))));
        run("machine list");
        assertThat(out().lines()).hasSize(2);
        assertThat(out()).contains("   web   ").doesNotContain("\u001b");
    }

    @Test
    void deployShowsItsPhasesAndThenTheMachine() {
        server.onRecord("POST /api/v1/machines", 202, operation("machine.deploy", OperationState.RUNNING, null, null));
        server.onEvents(
                "GET /api/v1/operations/op-1/events",
                operation("machine.deploy", OperationState.RUNNING, "cloning the disk", null),
                operation("machine.deploy", OperationState.RUNNING, "cloning the disk", null),
                operation("machine.deploy", OperationState.RUNNING, "waiting for SSH", null),
                operation("machine.deploy", OperationState.SUCCEEDED, null, null));
        server.onRecord("GET /api/v1/machines/m-1", 200, machine("web", "debian", "10.200.0.2"));
        assertThat(run("machine deploy ./images/web.ext4 --memory 1G --network inner"))
                .as(err())
                .isZero();
        assertThat(err()).isEqualTo("cloning the disk...\nwaiting for SSH...\n");
        assertThat(out().lines())
                .contains("Name:  web", "IP:    10.200.0.2", "ID:    0a1b2c3d-0000-4000-8000-000000000000")
                .anyMatch(line -> line.matches("Took: +[0-9.]+ s"));
        assertThat(server.requests().getFirst().body())
                .contains("\"name\":\"web\"")
                .contains("\"image\":\"/home/ada/here/images/web.ext4\"")
                .contains("\"vcpus\":2,\"memory_mb\":1024,\"storage_mb\":2048")
                .contains("\"network_name\":\"inner\"");
    }

    @Test
    void aDeployByADaemonThatThenStopsIsADeploy() {
        server.onRecord("POST /api/v1/machines", 202, operation("machine.deploy", OperationState.RUNNING, null, null));
        server.onEvents(
                "GET /api/v1/operations/op-1/events",
                operation("machine.deploy", OperationState.SUCCEEDED, null, null));
        server.onRecord(
                "GET /api/v1/machines/m-1",
                503,
                new ErrorBody("The daemon is stopping; try again.", "", "unavailable", true));
        assertThat(run("machine deploy debian")).as(err()).isZero();
        assertThat(err())
                .isEqualTo("sistemo: web is deployed, but cannot be shown: The daemon is stopping; try again.\n");
        assertThat(run("machine deploy debian -o json")).isEqualTo(1);
        assertThat(out()).isEmpty();
    }

    @Test
    void aFailedDeploySaysWhyInALine() {
        server.onRecord("POST /api/v1/machines", 202, operation("machine.deploy", OperationState.RUNNING, null, null));
        server.onEvents(
                "GET /api/v1/operations/op-1/events",
                operation(
                        "machine.deploy", OperationState.FAILED, null, "The guest never answered.\nNothing is left."));
        assertThat(run("machine deploy debian -o json")).isEqualTo(1);
        assertThat(out()).isEmpty();
        assertThat(err()).isEqualTo("sistemo: The guest never answered. Nothing is left.\n");
    }

    @Test
    void aLostConnectionIsNotSuccess() {
        server.onRecord(
                "POST /api/v1/machines/web/stop", 202, operation("machine.stop", OperationState.RUNNING, null, null));
        server.onEvents(
                "GET /api/v1/operations/op-1/events",
                operation("machine.stop", OperationState.RUNNING, "stopping", null));
        assertThat(run("machine stop web")).isEqualTo(1);
        assertThat(err()).contains("went away");
    }

    @Test
    void deleteAsksOnATerminalAndRefusesWithoutOne() {
        server.onRecord("GET /api/v1/machines/we", 200, machine("web", null, null));
        server.onRecord(
                "DELETE /api/v1/machines/we", 202, operation("machine.delete", OperationState.SUCCEEDED, null, null));
        assertThat(run("machine delete we")).isEqualTo(1);
        assertThat(err()).contains("Delete machine web").contains("add -y");
        inIsTerminal = true;
        input = "n\n";
        assertThat(run("machine delete we")).isEqualTo(1);
        input = "";
        assertThat(run("machine delete we")).isEqualTo(1);
        assertThat(server.requests()).noneMatch(request -> request.line().startsWith("DELETE"));
        input = "Yes\n";
        assertThat(run("machine delete we")).isZero();
        assertThat(out()).isEqualTo("web deleted\n");
        inIsTerminal = false;
        assertThat(run("machine delete we -y")).isZero();
    }

    @Test
    void aRefusalIsItsSentence() {
        server.onRecord(
                "GET /api/v1/machines/web", 404, new ErrorBody("There is no machine web.", "", "not_found", false));
        assertThat(run("machine status web")).isEqualTo(1);
        assertThat(err()).isEqualTo("sistemo: There is no machine web.\n");
    }

    @Test
    void aDaemonThatDoesNotRunIsOneLineThatSaysHowToStartIt() throws IOException {
        server.close();
        assertThat(run("machine list")).isEqualTo(1);
        assertThat(err().lines()).hasSize(1);
        assertThat(err()).contains("not running").contains("sudo sistemo up");
        err.reset();
        assertThat(run("machine exec web true")).isEqualTo(125);
        assertThat(run("machine ssh web")).isEqualTo(125);
    }

    @Test
    void aNamedDataDirectoryNeverMeansAnotherDaemon(@TempDir Path directory) throws IOException {
        environment.clear();
        server.onRecord("GET /api/v1/machines", 200, new MachineList(List.of()));
        assertThat(run("--data-dir " + directory + " machine list")).isEqualTo(1);
        assertThat(err()).contains("The daemon of " + directory + " is not running");
        Files.writeString(directory.resolve("daemon.url"), server.address() + "\n");
        assertThat(run("machine list --data-dir " + directory)).isZero();
    }

    @Test
    void theUrlMayBeHttpOnly() {
        environment.put("SISTEMO_DAEMON_URL", "unix:///run/sistemo.sock");
        assertThat(run("machine list")).isEqualTo(1);
        assertThat(err()).startsWith("sistemo: SISTEMO_DAEMON_URL: ").contains("unix:///run/sistemo.sock");
    }

    @Test
    void wrongUsageIsTwo() {
        assertThat(run("machine lst")).isEqualTo(2);
        assertThat(err()).isEqualTo("sistemo: unknown command \"machine lst\"; did you mean list?\n");
        assertThat(run("machine")).isEqualTo(2);
        assertThat(run("machine deploy")).isEqualTo(2);
        assertThat(run("machine deploy debian --volume x")).isEqualTo(2);
        assertThat(out()).isEmpty();
    }

    @Test
    void everyCommandHasHelp() {
        for (Command command : new CommandTable().commands()) {
            out.reset();
            assertThat(run(command.path() + " --help")).isZero();
            assertThat(out()).startsWith(command.summary() + ".\n\nUsage: sistemo " + command.path());
            assertThat(out().lines()).as(command.path()).allMatch(line -> line.length() <= 118);
            out.reset();
            run("--help");
            assertThat(out()).contains(command.path()).contains(command.summary());
        }
        assertThat(err()).isEmpty();
    }

    @Test
    void localCommandsGoToWhoeverRunsThem() {
        environment.put("SUDO_USER", "");
        assertThat(run("install --image debian --data-dir d")).isEqualTo(7);
        assertThat(localCalls.getFirst().command()).isEqualTo("install");
        assertThat(localCalls.getFirst().image()).contains("debian");
        assertThat(localCalls.getFirst().dataDirectory()).isEqualTo(Path.of("/home/ada/here/d"));
        assertThat(run("up")).isEqualTo(7);
        assertThat(localCalls.getLast().command()).isEqualTo("up");
    }

    @Test
    void doctorAsksTheDaemonAndLooksByItselfWithoutOne() throws IOException {
        server.onRecord(
                "GET /api/v1/system/doctor",
                200,
                new DoctorReport(List.of(new DoctorCheck("nft", true, "1.0.6", null))));
        assertThat(run("doctor")).isZero();
        assertThat(out()).isEqualTo("ok    nft: 1.0.6\n");
        server.close();
        out.reset();
        assertThat(run("doctor")).isEqualTo(1);
        assertThat(out()).isEqualTo("FAIL  root: you are nobody\n      use sudo\n");
    }

    @Test
    void aReaderThatWentAwayEndsQuietly() {
        server.onRecord("GET /api/v1/machines", 200, new MachineList(List.of()));
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        assertThat(run(broken, "machine", "list")).isEqualTo(141);
        assertThat(err()).isEmpty();
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        assertThat(run(full, "machine", "list")).isEqualTo(1);
        assertThat(err()).contains("No space left on device");
    }

    @Test
    void aTraceIsShownOnlyWhenAskedFor() {
        server.onRaw("GET /api/v1/machines", "nonsense\r\n");
        assertThat(run("machine list")).isEqualTo(1);
        assertThat(err().lines()).hasSize(1);
        environment.put("SISTEMO_DEBUG", "1");
        run("machine list");
        assertThat(err()).contains("\tat io.sistemo");
    }

    @Test
    void logsAreTheBytesOfTheGuest() {
        server.onRaw("GET /api/v1/machines/web/logs", "HTTP/1.1 200 OK\r\n\r\n\u001b[1mboot\u001b[0m\n");
        assertThat(run("machine logs web")).isZero();
        assertThat(out()).isEqualTo("\u001b[1mboot\u001b[0m\n");
        assertThat(Printable.text("\u001b[1mbo\u001b]0;title\u0007ot\u001b[0m\n\u001b(B\u009b!\r\n"))
                .isEqualTo("boot\n!\n");
    }

    @Test
    void completionsNameEveryCommand() {
        for (String shell : List.of("bash", "zsh", "fish")) {
            out.reset();
            assertThat(run("completion " + shell)).isZero();
            for (Command command : new CommandTable().commands()) {
                assertThat(out()).contains(command.name());
                command.options().forEach(option -> assertThat(out()).contains(option.name()));
            }
        }
        assertThat(run("completion tcsh")).isEqualTo(2);
    }
}
