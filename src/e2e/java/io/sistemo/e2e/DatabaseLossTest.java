package io.sistemo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The database is damaged, deleted, replaced by an older copy, or may not be opened, while a real machine has data. */
class DatabaseLossTest extends DaemonTest {
    private static final List<String> PARTS = List.of("", "-wal", "-shm");
    private static final String BOOT_ID = "cat /proc/sys/kernel/random/boot_id";

    @BeforeEach
    void deployWithData() throws Exception {
        deploy("web");
        inGuest("web", "echo precious > /root/data && sync");
    }

    @AfterEach
    @Override
    void leavesNothing() throws Exception {
        delete("web");
        super.leavesNothing();
    }

    private Path database() {
        return host.dataDirectory().resolve("sistemo.db");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(host.dataDirectory())) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    /** What the daemon printed since the log had so many characters. */
    private String printedSince(int characters) throws IOException {
        return daemon.log().substring(characters);
    }

    @Test
    void aDamagedDatabaseIsSetAsideAndTheMachineThatRunsIsBackUntouched() throws Exception {
        String bootId = inGuest("web", BOOT_ID);
        long vmm = vmmPid("web");
        assertThat(daemon.terminate().exitCode()).isIn(0, 143);
        try (RandomAccessFile open = new RandomAccessFile(database().toFile(), "rw")) {
            open.seek(4096);
            open.write(new byte[8192]);
        }
        byte[] damaged = Files.readAllBytes(database());
        Result doctor = cli("doctor", "--data-dir", host.dataDirectory().toString());
        assertThat(doctor.exitCode()).isNotZero();
        assertThat(doctor.out() + doctor.err()).contains("unclean");
        int before = daemon.log().length();
        daemon = Daemon.up(host);
        assertThat(printedSince(before))
                .contains("The database could not be used", "The machine web is back; it runs and was not touched");
        String old = files().stream()
                .filter(name -> name.matches("sistemo\\.db\\.unclean-[^-]*"))
                .findFirst()
                .orElseThrow();
        assertThat(printedSince(before)).contains(old);
        assertThat(host.dataDirectory().resolve(old)).hasBinaryContent(damaged);
        assertThat(vmmPid("web")).isEqualTo(vmm);
        assertThat(inGuest("web", BOOT_ID)).isEqualTo(bootId);
        assertThat(inGuest("web", "cat /root/data")).isEqualTo("precious");
        cli("doctor", "--data-dir", host.dataDirectory().toString()).succeeded();
        assertThat(cli("image", "list").succeeded().out()).contains("debian");
        cli("machine", "restart", "web").succeeded();
        assertThat(inGuest("web", "cat /root/data")).isEqualTo("precious");
        assertThat(daemon.terminate().exitCode()).isIn(0, 143);
        daemon = Daemon.up(host);
    }

    @Test
    void aLostDatabaseIsRebuiltWhetherTheMachineRunsOrNot() throws Exception {
        long vmm = vmmPid("web");
        daemon.kill();
        lose();
        daemon = Daemon.up(host);
        assertThat(daemon.log()).contains("sistemo.db is gone");
        assertThat(vmmPid("web")).isEqualTo(vmm);
        assertThat(inGuest("web", "cat /root/data")).isEqualTo("precious");
        cli("machine", "stop", "web").succeeded();
        daemon.kill();
        lose();
        int before = daemon.log().length();
        daemon = Daemon.up(host);
        assertThat(printedSince(before)).contains("The machine web is back; it is stopped");
        assertThat(machine("web").get("status")).isEqualTo("stopped");
        cli("machine", "start", "web").succeeded();
        assertThat(inGuest("web", "cat /root/data")).isEqualTo("precious");
    }

    private void lose() throws IOException {
        for (String part : PARTS) {
            Files.deleteIfExists(Path.of(database() + part));
        }
    }

    @Test
    void whatAnOlderCopyDoesNotKnowIsReportedAndKept() throws Exception {
        daemon.terminate();
        Path older = host.scratch().resolve("older.db");
        Files.copy(database(), older, StandardCopyOption.REPLACE_EXISTING);
        daemon = Daemon.up(host);
        deploy("later");
        inGuest("later", "echo new > /root/data && sync");
        cli("machine", "stop", "later").succeeded();
        daemon.terminate();
        Path newer = host.scratch().resolve("newer.db");
        Files.move(database(), newer, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(older, database());
        daemon = Daemon.up(host);
        Result doctor = cli("doctor");
        assertThat(doctor.exitCode()).isNotZero();
        assertThat(doctor.out() + doctor.err()).contains("is in no row; it is kept");
        assertThat(cli("machine", "list").succeeded().out()).doesNotContain("later");
        assertThat(inGuest("web", "cat /root/data")).isEqualTo("precious");
        daemon.terminate();
        Files.copy(newer, database(), StandardCopyOption.REPLACE_EXISTING);
        daemon = Daemon.up(host);
        cli("machine", "start", "later").succeeded();
        assertThat(inGuest("later", "cat /root/data")).isEqualTo("new");
        delete("later");
    }

    @Test
    void whatMayNotBeWrittenOrIsNewerIsRefusedInALineAndNotSetAside() throws Exception {
        daemon.terminate();
        List<String> before = files();
        String path = database().toString();
        host.run("mount", "--bind", path, path).succeeded();
        host.run("mount", "-o", "remount,bind,ro", path).succeeded();
        try {
            refused("sistemo.db");
        } finally {
            host.run("umount", path).succeeded();
        }
        try (RandomAccessFile open = new RandomAccessFile(database().toFile(), "rw")) {
            // The user's version, a big-endian number at offset 60 (https://www.sqlite.org/fileformat2.html).
            open.seek(60);
            int version = open.readInt();
            open.seek(60);
            open.writeInt(99);
            refused("newer");
            open.seek(60);
            open.writeInt(version);
        }
        assertThat(files().stream().filter(name -> !name.matches("sistemo\\.db-(wal|shm)")))
                .containsExactlyInAnyOrderElementsOf(before);
        daemon = Daemon.up(host);
        assertThat(inGuest("web", "cat /root/data")).isEqualTo("precious");
    }

    private void refused(String word) throws Exception {
        Result result = host.run(
                host.program(List.of("up", "--data-dir", host.dataDirectory().toString())));
        assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
        String error = String.join(
                "\n",
                result.err()
                        .lines()
                        .filter(line -> !line.matches("time=\\S+ level=INFO .*"))
                        .toList());
        assertOneClearLine(new Result(result.exitCode(), result.out(), error), word);
    }
}
