package io.sistemo.bench;

import java.util.List;

/** {@code exec true} on a warm connection, against ssh over an open ControlMaster to the same guest. */
final class ExecBenchmark {
    private static final int TIMES = 25;

    private ExecBenchmark() {}

    static Measurement run(Installation installation) throws Exception {
        installation.sistemo("machine", "deploy", "debian", "--name", "bench", "--vcpus", "1");
        List<String> ssh = GuestSsh.command(
                installation,
                installation.field("bench", "ip_address"),
                "true",
                "ControlMaster=auto",
                "ControlPersist=300");
        Commands.run(ssh);
        List<String> exec = installation.command("machine", "exec", "bench", "true");
        Commands.mediansInTurn(3, exec, ssh);
        double[] medians = Commands.mediansInTurn(TIMES, exec, ssh);
        installation.sistemo("machine", "delete", "bench", "-y");
        return Measurement.ratio("exec true / ssh over a ControlMaster", medians[0], medians[1], "ms", 1.3);
    }
}
