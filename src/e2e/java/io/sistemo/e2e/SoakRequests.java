package io.sistemo.e2e;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;

/** How one client of the soak asks: each time by the command line or over HTTP, as its random numbers say. */
final class SoakRequests {
    /** The image of all machines. */
    static final String IMAGE = "without-init";

    private static final String EXEC_SECONDS = "100";
    private static final int BLOCK_BYTES = 4096;
    private static final int MOST_BLOCKS = 64;
    private static final int MOST_READ = 10;

    private final PrivateHost host;
    private final Random random;
    private final SoakVolumeRequests volumes = new SoakVolumeRequests(this);

    SoakRequests(PrivateHost host, Random random) {
        this.host = host;
        this.random = random;
    }

    /** Those that are about volumes. */
    SoakVolumeRequests volumes() {
        return volumes;
    }

    /** The same request in two forms. */
    SoakAnswer either(List<String> command, String method, String path, String body) throws Exception {
        if (random.nextInt(3) == 0) {
            return SoakAnswer.ofCommand(host.run(host.program(command)));
        }
        return SoakAnswer.ofHttp(Http.send(host, Http.request(method, "/api/v1" + path, body)));
    }

    /** A request that only the command line makes. */
    SoakAnswer command(List<String> command) throws Exception {
        return SoakAnswer.ofCommand(host.run(host.program(command)));
    }

    /** A request without a body that is made over HTTP, where the answer is told apart. */
    SoakAnswer post(String path) throws Exception {
        return SoakAnswer.ofHttp(Http.send(host, Http.request("POST", "/api/v1" + path, "")));
    }

    /** Where files of users may be. */
    Path scratch() {
        return host.scratch();
    }

    SoakAnswer deploy(SoakMachine machine) throws Exception {
        return deploy(machine, List.of(), "");
    }

    /** The same with more words, and more fields. */
    SoakAnswer deploy(SoakMachine machine, List<String> words, String fields) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "machine",
                "deploy",
                IMAGE,
                "--name",
                machine.name,
                "--vcpus",
                "1",
                "--memory",
                "128",
                "--storage",
                "64",
                "--restart",
                machine.restart,
                "--network",
                machine.network));
        command.addAll(words);
        return either(
                command,
                "POST",
                "/machines",
                "{\"name\": \"" + machine.name + "\", \"image\": \"" + IMAGE
                        + "\", \"vcpus\": 1, \"memory_mb\": 128, \"storage_mb\": 64, \"restart\": \"" + machine.restart
                        + "\", \"network_name\": \"" + machine.network + "\"" + fields + "}");
    }

    SoakAnswer delete(SoakMachine machine) throws Exception {
        return either(List.of("machine", "delete", machine.name, "-y"), "DELETE", "/machines/" + machine.name, "");
    }

    /** A request that needs no more than the machine's name. */
    SoakAnswer ofMachine(SoakMachine machine, String verb) throws Exception {
        return either(List.of("machine", verb, machine.name), "POST", "/machines/" + machine.name + "/" + verb, "");
    }

    /** Lets a port of the host lead to the machine, or no more, and sees whether it does. */
    SoakAnswer forward(SoakMachine machine) throws Exception {
        return new SoakForwards(host, machine).turn();
    }

    /** Writes a file that the guest has not, and remembers it when the guest says that it has synced it. */
    SoakAnswer write(SoakMachine machine) throws Exception {
        return write(machine, machine.content, "", "/b", machine.name);
    }

    /**
     * The same on any of its disks.
     *
     * @param before what the guest does first, with its {@code &&}
     * @param directory where the files of the disk are
     * @param owner whose content it is
     */
    SoakAnswer write(SoakMachine machine, SoakContent content, String before, String directory, String owner)
            throws Exception {
        int number = content.nextBlock++;
        String line = owner + "-" + machine.id + "-" + number + "-" + Long.toHexString(random.nextLong());
        int bytes = BLOCK_BYTES * (1 + random.nextInt(MOST_BLOCKS));
        String file = directory + "/" + number;
        String script = before + "mkdir -p " + directory + " && yes " + line + " | head -c " + bytes + " | dd of="
                + file + " bs=4096 conv=fsync 2>/dev/null && sync && md5sum <" + file;
        SoakAnswer answer = exec(machine, script);
        String md5 = md5(line, bytes);
        if (answer.kind() == SoakAnswer.Kind.DONE) {
            if (!answer.text().startsWith(md5)) {
                return new SoakAnswer(SoakAnswer.Kind.OTHER, "wrote " + md5 + " and read " + answer.text());
            }
            content.blocks.put(number, new SoakContent.Block(md5, bytes));
        }
        return answer;
    }

    /** Reads some of the files that the guest has synced. */
    SoakAnswer read(SoakMachine machine) throws Exception {
        return read(machine, machine.content, some(machine.content), "", "/b");
    }

    /** Reads all of them. */
    SoakAnswer readAll(SoakMachine machine) throws Exception {
        return read(machine, machine.content, List.copyOf(machine.content.blocks.keySet()), "", "/b");
    }

    /** Numbers of some files. */
    List<Integer> some(SoakContent content) {
        List<Integer> numbers = new ArrayList<>(content.blocks.keySet());
        Collections.shuffle(numbers, random);
        return numbers.subList(0, Math.min(MOST_READ, numbers.size()));
    }

    /** Reads files of a disk, which must be as they were written. */
    SoakAnswer read(SoakMachine machine, SoakContent content, List<Integer> numbers, String before, String directory)
            throws Exception {
        if (numbers.isEmpty()) {
            return exec(machine, before + "true");
        }
        String expected = numbers.stream()
                .map(number ->
                        Objects.requireNonNull(content.blocks.get(number)).md5() + "  " + number)
                .collect(Collectors.joining("\n", "", "\n"));
        String names = numbers.stream().map(String::valueOf).collect(Collectors.joining(" "));
        Result result = execute(machine, before + "cd " + directory + " && md5sum " + names);
        SoakAnswer answer = SoakAnswer.ofExec(result);
        if (answer.kind() == SoakAnswer.Kind.DONE && !result.out().equals(expected)) {
            return new SoakAnswer(SoakAnswer.Kind.OTHER, "wrote " + expected + " and read " + result.out());
        }
        return answer;
    }

    private SoakAnswer exec(SoakMachine machine, String script) throws Exception {
        return SoakAnswer.ofExec(execute(machine, script));
    }

    private Result execute(SoakMachine machine, String script) throws Exception {
        return host.cli("machine", "exec", "--timeout", EXEC_SECONDS, machine.name, script);
    }

    private static String md5(String line, int bytes) {
        String lines = (line + "\n").repeat(bytes / (line.length() + 1) + 1);
        try {
            byte[] content = lines.substring(0, bytes).getBytes(StandardCharsets.US_ASCII);
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
