package io.sistemo.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes packet filters away for a moment, so that a test is seen to be able to fail, and puts them back as they were. */
final class Filters {
    private final PrivateHost host;

    Filters(PrivateHost host) {
        this.host = host;
    }

    /** What is tried while a filter is away. */
    interface Check {
        void run() throws Exception;
    }

    /** Without the filters in the namespaces of some machines. */
    void withoutThoseOf(List<String> namespaces, Check check) throws Exception {
        if (namespaces.isEmpty()) {
            check.run();
            return;
        }
        without(
                Optional.of(namespaces.getFirst()),
                "bridge",
                () -> withoutThoseOf(namespaces.subList(1, namespaces.size()), check));
    }

    /** Without the host's own, while the daemon stands still that would repair it. */
    void withoutTheHosts(Daemon daemon, Check check) throws Exception {
        daemon.signal("STOP");
        try {
            without(Optional.empty(), "inet", check);
        } finally {
            daemon.signal("CONT");
        }
    }

    private void without(Optional<String> namespace, String family, Check check) throws Exception {
        List<String> delete = nft(namespace, "delete", "table", family, "sistemo");
        String table = host.run(nft(namespace, "-s", "list", "table", family, "sistemo"))
                .succeeded()
                .out();
        host.run(delete).succeeded();
        try {
            check.run();
        } finally {
            // The daemon may have repaired that of a machine meanwhile; both render the same.
            host.run(delete);
            host.run(nft(namespace, "-f", "-"), table).succeeded();
        }
    }

    private static List<String> nft(Optional<String> namespace, String... arguments) {
        List<String> command = new ArrayList<>();
        namespace.ifPresent(name -> command.addAll(List.of("ip", "netns", "exec", name)));
        command.add("nft");
        command.addAll(List.of(arguments));
        return command;
    }
}
