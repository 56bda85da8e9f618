package io.sistemo.host;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A "VMM" that only sleeps, and a program of its own that starts it and then waits to be killed. */
final class StandInVmm {
    private StandInVmm() {}

    static LaunchSpec spec(Host host, String cgroup, String namespace, int uid, Path directory, String... command) {
        return new LaunchSpec(
                host.cgroups().directories(cgroup),
                namespace,
                uid,
                List.of(),
                Confinement.LAUNCHER,
                directory.resolve("disk"),
                List.of(),
                directory.resolve("kernel"),
                directory.resolve("initrd"),
                directory.resolve("console.log"),
                directory.resolve("vmm.log"),
                List.of(command));
    }

    /** Run directory, cgroup, namespace, uid, directory. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Host host = new LinuxHost(new LinuxPrograms(), Path.of(arguments[0]));
        Path directory = Path.of(arguments[4]);
        int uid = Integer.parseInt(arguments[3]);
        ProcessIdentity vmm =
                host.processes().launch(spec(host, arguments[1], arguments[2], uid, directory, "sleep", "1000"));
        Path partial = directory.resolve("identity.partial");
        java.nio.file.Files.writeString(partial, Long.toString(vmm.pid()));
        java.nio.file.Files.move(partial, directory.resolve("identity"), StandardCopyOption.ATOMIC_MOVE);
        Thread.currentThread().join();
    }

    private static List<String> command(Path run, String cgroup, String namespace, int uid, Path directory) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                StandInVmm.class.getName(),
                run.toString(),
                cgroup,
                namespace,
                Integer.toString(uid),
                directory.toString());
    }

    static String commandLine(Path run, String cgroup, String namespace, int uid, Path directory) {
        return "exec " + String.join(" ", command(run, cgroup, namespace, uid, directory));
    }

    static Process startProgram(Path run, String cgroup, String namespace, int uid, Path directory) throws IOException {
        return new ProcessBuilder(command(run, cgroup, namespace, uid, directory))
                .redirectOutput(directory.resolve("program.log").toFile())
                .redirectErrorStream(true)
                .start();
    }
}
