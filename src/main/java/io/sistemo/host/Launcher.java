package io.sistemo.host;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Starts the launcher program and follows it until it has become the VMM or the service. The program, and not native code here, does the
 * steps between fork and exec: a JVM cannot run Java there.
 */
final class Launcher {
    private static final Duration LONGEST_LAUNCH = Duration.ofSeconds(10);
    private static final int FIRST_DATA_DESCRIPTOR = 7;
    private static final int LAST_POSIX_DESCRIPTOR = 9;
    private static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    /** How an argument begins that the process has until it becomes the program: see the launchers' last lines. */
    private static final String NOT_YET_MARK = "--bounding-set=-all";

    private final Path vmmProgram;
    private final Path serviceProgram;

    Launcher(Path vmmProgram, Path serviceProgram) {
        this.vmmProgram = vmmProgram;
        this.serviceProgram = serviceProgram;
    }

    /**
     * What runs now.
     *
     * @param process our child
     * @param startTicks when it started, see {@link ProcessIdentity}
     */
    record Launched(Process process, long startTicks) {}

    /**
     * One launch.
     *
     * @param command the launcher's command line
     * @param program what it is to become
     * @param log where that writes
     * @param ready what it writes there when it is as far as it should be, if it says that
     */
    private record Launch(List<String> command, String program, Path log, Optional<String> ready) {}

    Launched launch(LaunchSpec spec) {
        return launch(new Launch(render(spec), spec.command().getFirst(), spec.log(), Optional.empty()));
    }

    Launched launch(ServiceSpec spec) {
        return launch(new Launch(render(spec), spec.command().getFirst(), spec.log(), Optional.of(spec.ready())));
    }

    private Launched launch(Launch launch) {
        AppendedLog log = AppendedLog.open(launch.log());
        Process process = start(launch);
        try {
            return follow(launch, process, log);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new HostException("the start of " + launch.program() + " was interrupted", e);
        } catch (HostException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static Process start(Launch launch) {
        ProcessBuilder builder = new ProcessBuilder(launch.command())
                .directory(new File("/"))
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
        builder.environment().clear();
        builder.environment().put("PATH", USUAL_PATH);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new HostException("cannot start the launcher " + launch.command(), e);
        }
    }

    /** POSIX knows descriptors of one digit only (XCU 2.7), which is enough for a few data disks; bash knows more. */
    private static String shell(LaunchSpec spec) {
        return FIRST_DATA_DESCRIPTOR + spec.dataDisks().size() - 1 <= LAST_POSIX_DESCRIPTOR ? "/bin/sh" : "/bin/bash";
    }

    /** The launcher's command line for a service. Pure. */
    List<String> render(ServiceSpec spec) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", serviceProgram.toString()));
        command.add(Long.toString(spec.uid()));
        command.add(spec.capabilities().stream().map(name -> "+" + name).collect(Collectors.joining(",")));
        spec.cgroupDirectories().forEach(directory -> command.add(directory.toString()));
        command.add("--");
        command.addAll(spec.command());
        return command;
    }

    /** The launcher's command line for a VMM. Pure. */
    List<String> render(LaunchSpec spec) {
        List<String> command = new ArrayList<>(List.of(shell(spec), vmmProgram.toString()));
        command.add(InNamespace.DIRECTORY.resolve(spec.namespace()).toString());
        command.add(Long.toString(spec.uid()));
        command.add(spec.groups().stream().map(String::valueOf).collect(Collectors.joining(",")));
        command.add(
                switch (spec.confinement()) {
                    case LAUNCHER -> "launcher";
                    case JAILER -> "jailer";
                });
        for (Path file : List.of(spec.disk(), spec.kernel(), spec.initrd(), spec.console())) {
            command.add(file.toAbsolutePath().toString());
        }
        spec.cgroupDirectories().forEach(directory -> command.add(directory.toString()));
        command.add("--");
        spec.dataDisks().forEach(disk -> command.add(disk.toAbsolutePath().toString()));
        command.add("--");
        command.addAll(spec.command());
        return command;
    }

    private Launched follow(Launch launch, Process process, AppendedLog log) throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST_LAUNCH.toNanos();
        while (!process.waitFor(1, TimeUnit.MILLISECONDS)) {
            if (hasBecomeProgram(ProcessFiles.commandLine(process.pid()))
                    && launch.ready().filter(word -> !log.says(word)).isEmpty()) {
                OptionalLong startTicks = ProcessFiles.startTicks(process.pid());
                if (startTicks.isPresent()) {
                    return new Launched(process, startTicks.getAsLong());
                }
            }
            if (System.nanoTime() > deadline) {
                throw new LaunchFailed(
                        launch.program() + " did not start within " + LONGEST_LAUNCH.toSeconds() + " s and was killed");
            }
        }
        String said = log.lastNewLine();
        throw new LaunchFailed(launch.program() + " ended with exit code " + process.exitValue()
                + " while it was started" + (said.isEmpty() ? "" : ": " + said));
    }

    /** Whether a process is past the launcher. Pure. Its own arguments are not asked for: a script may become a third program. */
    private boolean hasBecomeProgram(List<String> commandLine) {
        return !commandLine.isEmpty()
                && commandLine.stream().noneMatch(argument -> argument.startsWith(NOT_YET_MARK))
                && !commandLine.contains(vmmProgram.toString())
                && !commandLine.contains(serviceProgram.toString());
    }
}
