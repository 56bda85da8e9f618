package io.sistemo.vmm.firecracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sistemo.host.LinuxPrograms;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.ProgramResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stand-ins refuse what the real ones refuse, so that a test by them proves something. */
class StandInProgramsTest {
    @TempDir
    Path directory;

    private static ProgramResult run(Path program, String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of(arguments));
        command.addFirst(program.toString());
        return new LinuxPrograms().run(ProgramCall.of(command));
    }

    @Test
    void theyTellTheirVersionAndRefuseWhatTheyDoNotKnow() {
        StandInPrograms programs = StandInPrograms.write(directory, StandInPrograms.Behaviour.USUAL);
        assertThat(FirecrackerPrograms.require(new LinuxPrograms(), programs.firecracker(), programs.jailer())
                        .version())
                .hasToString("1.16.1");
        ProgramResult refused = run(programs.firecracker(), "--colour");
        assertThat(refused.exitCode()).isEqualTo(153);
        assertThat(refused.errors()).contains("Found argument 'colour' which wasn't expected");
        for (List<String> wrong : List.of(
                List.of("--id", "a/b", "--exec-file", programs.firecracker().toString(), "--uid", "1", "--gid", "1"),
                List.of("--id", "a", "--exec-file", "/no/such", "--uid", "1", "--gid", "1"),
                List.of("--id", "a", "--exec-file", "/bin/true", "--uid", "1", "--gid", "1"),
                List.of("--id", "a", "--exec-file", programs.firecracker().toString(), "--uid", "x", "--gid", "x"),
                List.of("--colour", "red"))) {
            ProgramResult result = run(programs.jailer(), wrong.toArray(String[]::new));
            assertThat(result.exitCode()).as("%s", wrong).isEqualTo(1);
            assertThat(result.errors()).as("%s", wrong).startsWith("Error: ").hasLineCount(1);
        }
    }

    /** A kernel learns of its devices by ACPI or by its command line. */
    @Test
    void devicesAreToldInTheWayThatIsAskedFor() {
        Map<String, String> configuration = new LinkedHashMap<>();
        configuration.put("/machine-config", "{\"vcpu_count\":2,\"mem_size_mib\":256}");
        configuration.put(
                "/boot-source", "{\"kernel_image_path\":\"/k\",\"initrd_path\":\"/i\",\"boot_args\":\"quiet\"}");
        configuration.put("/serial", "{\"serial_out_path\":\"/console\"}");
        configuration.put("/drives/root", "{\"drive_id\":\"root\",\"path_on_host\":\"/disk\"}");
        configuration.put("/network-interfaces/n", "{\"host_dev_name\":\"tap0\",\"guest_mac\":\"52:54:0a:c8:00:02\"}");
        configuration.put(
                "/drives/data1",
                "{\"drive_id\":\"data1\",\"path_on_host\":\"/data1\",\"rate_limiter\":{\"ops\":"
                        + "{\"size\":50,\"refill_time\":500}}}");
        List<String> withAcpi = StandInGuest.command(configuration, true, "");
        assertThat(withAcpi)
                .contains("microvm,rtc=on", "virtio-blk-device,werror=report,drive=root,bus=virtio-mmio-bus.23")
                .contains("virtio-blk-device,werror=report,drive=data1,bus=virtio-mmio-bus.21")
                .contains("{\"qom-type\":\"throttle-group\",\"id\":\"data1-limits\",\"limits\":{\"iops-total\":100}}");
        assertThat(StandInGuest.command(configuration, false, ""))
                .contains(
                        "microvm,rtc=on,acpi=off", "virtio-blk-device,werror=report,drive=root,bus=virtio-mmio-bus.7");
    }
}
