package io.sistemo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Machines whose VMM is a stand-in that only sleeps. All else of them is as of any machine: rows, disk, namespace, links, filter,
 * cgroup, and a process of its own. Since their guests never answer, their deploys stay under way until they are deleted.
 */
final class StandIns implements AutoCloseable {
    private static final String QEMU = "/usr/bin/qemu-system-x86_64";
    private static final String IMAGE = "standin";

    private final Installation installation;
    private final Path groups;
    private final SilentGuests guests;
    private final List<String> names = new ArrayList<>();

    private StandIns(Installation installation, Path groups, SilentGuests guests) {
        this.installation = installation;
        this.groups = groups;
        this.guests = guests;
    }

    /** From here on every VMM that is started is a stand-in. */
    static StandIns prepare(Installation installation) throws Exception {
        Path image = installation.work().resolve(IMAGE + ".ext4");
        Commands.run("mkfs.ext4", "-q", "-F", "-J", "size=4", image.toString(), "16M");
        installation.sistemo("image", "pull", image.toString());
        Path program = Files.writeString(installation.work().resolve("stand-in"), "#!/bin/sh\nexec sleep 100000\n");
        Commands.run("chmod", "0755", program.toString());
        Commands.run("mount", "--bind", program.toString(), QEMU);
        return new StandIns(installation, groupsOf(installation), SilentGuests.open());
    }

    /** The directory of our installation's control groups. */
    private static Path groupsOf(Installation installation) throws IOException {
        Path unified = Path.of("/sys/fs/cgroup/unified");
        Path root = Files.isDirectory(unified) ? unified : Path.of("/sys/fs/cgroup");
        return root.resolve("sistemo").resolve(installation.id());
    }

    /** The control group of a machine. */
    Path group(String id) {
        return groups.resolve(id);
    }

    void deploy(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            String name = IMAGE + i;
            names.add(name);
            installation.begin(
                    "POST",
                    "/api/v1/machines",
                    "{\"name\":\"%s\",\"image\":\"%s\",\"vcpus\":1,\"memory_mb\":128,\"storage_mb\":16}"
                            .formatted(name, IMAGE));
            Path group = group(installation.field(name, "id"));
            Installation.await("the stand-in " + name + " runs", () -> runsIn(group));
        }
    }

    /** So that nobody takes machines that failed for machines that run. */
    void requireAllRun() throws IOException {
        for (String name : names) {
            if (!runsIn(group(installation.field(name, "id")))) {
                throw new IOException("the stand-in " + name + " does not run any more");
            }
        }
    }

    /** Whether the program in a control group is the VMM, and no longer its launcher. */
    static boolean runsIn(Path group) {
        return readUnlessGone(group.resolve("cgroup.procs"))
                .lines()
                .map(pid -> readUnlessGone(Path.of("/proc", pid, "comm")))
                // First it is named after the script, then after the program that replaces it.
                .anyMatch(name -> name.startsWith("qemu-system") || name.startsWith("sleep"));
    }

    /** A control group that is not there yet, or a process that has ended, has nothing to say. */
    private static String readUnlessGone(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (String name : names) {
            installation.answer("DELETE", "/api/v1/machines/" + name);
        }
        guests.close();
        Commands.run("umount", QEMU);
        installation.sistemo("image", "delete", IMAGE, "-y");
    }
}
