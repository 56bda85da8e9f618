package io.sistemo.host;

import io.sistemo.vmm.firecracker.ApiContract;
import io.sistemo.vmm.firecracker.StandInApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Firecracker's jailer does, in memory, and the API of the Firecracker that it becomes.
 *
 * @param socket where that listens
 * @param api what it answers
 */
record FakeJail(Path socket, StandInApi api) {
    private static final Optional<ApiContract> CONTRACT = ApiContract.file().map(FakeJail::parse);

    private static ApiContract parse(Path file) {
        try {
            return ApiContract.parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Enters the jail that the arguments name; like the jailer it refuses one in which it has been. */
    static FakeJail enter(FakeState state, List<String> command) {
        Path program = Path.of(argument(command, "--exec-file"));
        Path root = Path.of(argument(command, "--chroot-base-dir"))
                .resolve(String.valueOf(program.getFileName()))
                .resolve(argument(command, "--id"))
                .resolve("root");
        if (!(state.nodes.get(root) instanceof FakeState.Directory)) {
            throw new LaunchFailed("jailer ended with exit code 1: no directory " + root);
        }
        if (state.nodes.containsKey(root.resolve("dev"))) {
            throw new LaunchFailed("jailer ended with exit code 1: Failed to create /dev/net/tun: File exists");
        }
        long uid = Long.parseLong(argument(command, "--uid"));
        state.nodes.put(root, new FakeState.Directory(0700, uid));
        state.nodes.put(root.resolve("dev"), new FakeState.Directory(0700, uid));
        StandInApi.Guest guest = new StandInApi.Guest() {
            @Override
            public void start(Map<String, String> configuration) {
                require(state, root, uid, List.of("kernel", "initrd", "disk", "console", "metrics"));
            }

            @Override
            public void act(String action) {
                // It has no processors.
            }
        };
        Path socket = root.resolve(argument(command, "--api-sock").substring(1));
        return new FakeJail(socket, new StandInApi("1.16.1", CONTRACT, state.firecrackerFault, guest));
    }

    /** As a process without rights finds them. */
    private static void require(FakeState state, Path root, long uid, List<String> names) {
        for (String name : names) {
            FakeState.Regular file = state.findRegular(root.resolve(name))
                    .orElseThrow(() -> new IllegalStateException("Cannot open /" + name + ": No such file."));
            boolean isEverybodys = name.equals("kernel");
            if (!isEverybodys && file.ownerUid() != uid) {
                throw new IllegalStateException("Cannot open /" + name + ": Permission denied.");
            }
        }
    }

    private static String argument(List<String> command, String name) {
        int at = command.indexOf(name);
        if (at < 0) {
            throw new LaunchFailed("jailer ended with exit code 1: Argument '" + name + "' required, but not found.");
        }
        return command.get(at + 1);
    }
}
