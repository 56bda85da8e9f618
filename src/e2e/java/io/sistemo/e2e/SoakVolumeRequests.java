package io.sistemo.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one client of the soak asks about volumes; the model of what is to be made is there before it is asked for. */
final class SoakVolumeRequests {
    /** A guest may have it mounted already, by a command whose end nobody heard of. */
    private static final String MOUNT = "mkdir -p /v && { /bin/busybox grep -q ' /v ' /proc/mounts"
            + " || /bin/busybox mount -t ext4 /dev/vdb /v; } && ";

    private static final Pattern SHA256 = Pattern.compile("sha256 ([0-9a-f]{64})");
    private static final Pattern NOTHING_FOUND = Pattern.compile("\"adopted\":\\[\\],\"grown\":\\[\\]");

    private final SoakRequests requests;

    SoakVolumeRequests(SoakRequests requests) {
        this.requests = requests;
    }

    SoakAnswer create(SoakMachine machine, SoakVolume volume) throws Exception {
        volume.begin(SoakVolume.FIRST_MIB);
        return requests.either(
                List.of("volume", "create", SoakVolume.FIRST_MIB + "MB", "--name", volume.name),
                "POST",
                "/volumes",
                "{\"name\": \"" + volume.name + "\", \"size_mb\": " + SoakVolume.FIRST_MIB + "}");
    }

    SoakAnswer delete(SoakMachine machine, SoakVolume volume) throws Exception {
        return delete(volume.name);
    }

    /** Of a volume of any sort. */
    SoakAnswer delete(String name) throws Exception {
        return requests.either(List.of("volume", "delete", name, "-y"), "DELETE", "/volumes/" + name, "");
    }

    SoakAnswer attach(SoakMachine machine, SoakVolume volume) throws Exception {
        return ofBoth("attach", machine, volume);
    }

    SoakAnswer detach(SoakMachine machine, SoakVolume volume) throws Exception {
        return ofBoth("detach", machine, volume);
    }

    private SoakAnswer ofBoth(String verb, SoakMachine machine, SoakVolume volume) throws Exception {
        return requests.either(
                List.of("machine", "volume", verb, machine.name, volume.name),
                "POST",
                "/machines/" + machine.name + "/volume/" + verb,
                "{\"volume\": \"" + volume.name + "\"}");
    }

    SoakAnswer resize(SoakMachine machine, SoakVolume volume) throws Exception {
        int before = volume.sizeMib();
        int after = before + SoakVolume.STEP_MIB;
        volume.sizesMib.add(after);
        SoakAnswer answer = requests.either(
                List.of("volume", "resize", volume.name, after + "MB"),
                "POST",
                "/volumes/" + volume.name + "/resize",
                "{\"size_mb\": " + after + "}");
        if (answer.kind() == SoakAnswer.Kind.DONE) {
            volume.sizesMib.remove(before);
        }
        return answer;
    }

    SoakAnswer copy(SoakMachine machine, SoakVolume volume) throws Exception {
        return copied(
                machine,
                volume,
                name -> requests.either(
                        List.of("volume", "clone", volume.name, name),
                        "POST",
                        "/volumes/" + volume.name + "/clone",
                        "{\"name\": \"" + name + "\"}"));
    }

    /** Writes a volume to a file of the user's, of which another volume is made; no part of a file may stay behind. */
    SoakAnswer exportAndImport(SoakMachine machine, SoakVolume volume) throws Exception {
        Path directory = Files.createTempDirectory(requests.scratch(), "exported-");
        Path file = directory.resolve("disk.raw");
        try {
            SoakAnswer exported = requests.command(List.of("volume", "export", volume.name, file.toString()));
            if (exported.kind() != SoakAnswer.Kind.DONE) {
                return exported;
            }
            String sha256 = sha256(exported);
            return copied(
                    machine,
                    volume,
                    name -> requests.command(
                            List.of("volume", "import", file.toString(), "--name", name, "--sha256", sha256)));
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    /** The digest of what was exported, as the command line prints it. */
    static String sha256(SoakAnswer exported) {
        Matcher sha256 = SHA256.matcher(exported.text());
        if (!sha256.find()) {
            throw new AssertionError("no SHA-256 in: " + exported.text());
        }
        return sha256.group(1);
    }

    /** Every disk has its row, however the daemon ended, so there is nothing to take up. */
    SoakAnswer recover() throws Exception {
        SoakAnswer answer = requests.post("/volumes/recover");
        boolean found = answer.kind() == SoakAnswer.Kind.DONE
                && !NOTHING_FOUND.matcher(answer.text()).find();
        return found ? new SoakAnswer(SoakAnswer.Kind.OTHER, answer.text()) : answer;
    }

    /** Asks for a volume of a name that is not taken. */
    private interface Making {
        SoakAnswer of(String name) throws Exception;
    }

    private SoakAnswer copied(SoakMachine machine, SoakVolume volume, Making making) throws Exception {
        SoakVolume copy = machine.spare.orElseThrow();
        copy.begin(volume.sizeMib());
        copy.content.becomeCopyOf(volume.content);
        copy.possible = EnumSet.of(SoakVolume.Place.ABSENT, SoakVolume.Place.FREE);
        SoakAnswer answer = making.of(copy.name);
        if (answer.kind() == SoakAnswer.Kind.DONE) {
            copy.possible = EnumSet.of(SoakVolume.Place.FREE);
        } else if (answer.kind().changedNothing()) {
            copy.possible = EnumSet.of(SoakVolume.Place.ABSENT);
        }
        return answer;
    }

    SoakAnswer deployAttaching(SoakMachine machine) throws Exception {
        String volume = machine.volume.orElseThrow().name;
        return requests.deploy(machine, List.of("--attach", volume), ", \"attached_storage\": [\"" + volume + "\"]");
    }

    SoakAnswer deployOnRoot(SoakMachine machine) throws Exception {
        return requests.either(
                List.of(
                        "machine",
                        "deploy",
                        "--volume",
                        machine.root(),
                        "--name",
                        machine.name,
                        "--vcpus",
                        "1",
                        "--memory",
                        "128",
                        "--restart",
                        machine.restart,
                        "--network",
                        machine.network),
                "POST",
                "/machines",
                "{\"name\": \"" + machine.name + "\", \"root_volume\": \"" + machine.root()
                        + "\", \"vcpus\": 1, \"memory_mb\": 128, \"restart\": \"" + machine.restart
                        + "\", \"network_name\": \"" + machine.network + "\"}");
    }

    SoakAnswer deletePreserving(SoakMachine machine) throws Exception {
        return requests.either(
                List.of("machine", "delete", machine.name, "--preserve-storage", "-y"),
                "DELETE",
                "/machines/" + machine.name + "?preserve_storage=true",
                "");
    }

    SoakAnswer write(SoakMachine machine) throws Exception {
        SoakVolume volume = machine.volume.orElseThrow();
        return requests.write(machine, volume.content, MOUNT, "/v", volume.name);
    }

    SoakAnswer read(SoakMachine machine) throws Exception {
        SoakContent content = machine.volume.orElseThrow().content;
        return requests.read(machine, content, requests.some(content), MOUNT, "/v");
    }

    /** Reads all that was ever written to the volume that a machine has. */
    SoakAnswer readAll(SoakMachine machine) throws Exception {
        SoakContent content = machine.volume.orElseThrow().content;
        return requests.read(machine, content, List.copyOf(content.blocks.keySet()), MOUNT, "/v");
    }
}
