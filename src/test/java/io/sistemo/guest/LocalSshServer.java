package io.sistemo.guest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A real dropbear on a loopback port. It looks up its user in /etc/passwd and wants root for that to be another file, so it
 * runs in a mount namespace of its own with a passwd whose root lives in the test's directory; and in a pid namespace, so that
 * nothing that a command left behind outlives the test.
 */
final class LocalSshServer implements AutoCloseable {
    private static final Path DROPBEAR = Path.of("/usr/sbin/dropbear");

    private final Process process;
    private final GuestAddress address;
    private final Path clientKey;
    private final Path log;

    private LocalSshServer(Process process, GuestAddress address, Path clientKey, Path log) {
        this.log = log;
        this.process = process;
        this.address = address;
        this.clientKey = clientKey;
    }

    /** Skips the test, and says so, where there is no dropbear or no root. */
    static LocalSshServer start(Path directory) throws IOException, InterruptedException {
        return start(directory, freePort());
    }

    static LocalSshServer start(Path directory, int port) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(DROPBEAR), "skipped: no " + DROPBEAR + " on this machine");
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")), "skipped: dropbear in a mount namespace needs root");
        Path home = Files.createDirectories(directory.resolve("home"));
        Path clientKey = clientKey(directory, home);
        Path hostKeyFile = directory.resolve("host_key");
        String hostKeyHex = Files.exists(hostKeyFile)
                ? publicHex(run("dropbearkey", "-y", "-f", hostKeyFile.toString()))
                : publicHex(run("dropbearkey", "-t", "ed25519", "-f", hostKeyFile.toString()));
        Path log = directory.resolve("dropbear.log");
        Path passwd = directory.resolve("passwd");
        Files.writeString(passwd, "root:x:0:0:root:" + home + ":/bin/sh\n");
        String script =
                "mount --bind \"$1\" /etc/passwd && exec \"$2\" -F -E -s -W 262144 -r \"$3\" -p \"127.0.0.1:$4\"";
        Process process = new ProcessBuilder(List.of(
                        "unshare",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--mount-proc",
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        script,
                        "sh",
                        passwd.toString(),
                        DROPBEAR.toString(),
                        hostKeyFile.toString(),
                        Integer.toString(port)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        InetSocketAddress socket = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        return new LocalSshServer(process, new GuestAddress(socket, new HostKey.Public(hostKeyHex)), clientKey, log);
    }

    GuestAddress address() {
        return address;
    }

    Path clientKey() {
        return clientKey;
    }

    /** Kills the server and every connection's process at once, as a VMM's death would. */
    void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }

    /** How many clients have logged in since the start. */
    long handshakes() throws IOException {
        return Files.readString(log)
                .lines()
                .filter(line -> line.contains("Pubkey auth succeeded"))
                .count();
    }

    @Override
    public void close() {
        kill();
    }

    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return probe.getLocalPort();
        }
    }

    private static Path clientKey(Path directory, Path home) throws IOException, InterruptedException {
        Path key = directory.resolve("sistemo_key");
        if (!Files.exists(key)) {
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
            Path authorized = Files.createDirectories(home.resolve(".ssh")).resolve("authorized_keys");
            Files.copy(directory.resolve("sistemo_key.pub"), authorized);
        }
        return key;
    }

    private static String publicHex(String output) {
        String line = output.lines()
                .filter(text -> text.startsWith("ssh-ed25519 "))
                .findFirst()
                .orElseThrow();
        byte[] wire = Base64.getDecoder()
                .decode(line.substring("ssh-ed25519 ".length()).replaceAll(" .*", ""));
        return HexFormat.of().formatHex(wire, wire.length - 32, wire.length);
    }

    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .redirectErrorStream(true)
                .start();
        try (OutputStream input = process.getOutputStream()) {
            input.flush();
        }
        String output;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            output = String.join("\n", reader.lines().toList());
        }
        if (process.waitFor() != 0) {
            throw new IOException(command[0] + " failed: " + output);
        }
        return output;
    }
}
