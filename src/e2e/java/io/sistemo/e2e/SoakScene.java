package io.sistemo.e2e;

import java.util.List;

/** What the host looks like at a moment when a guest is not reached and nothing explains that: for people who look for the reason. */
final class SoakScene {
    private static final String SCRIPT = """
            exec 2>&1
            set -x
            ip -d -br link
            bridge link
            ip neigh
            ip -br address
            nft list ruleset
            for namespace in $(ip netns list | cut -d ' ' -f 1); do
                ip -n "$namespace" -br link
                ip netns exec "$namespace" nft list ruleset
            done
            ps -eo pid,stat,wchan,etimes,args
            """;

    private final PrivateHost host;

    SoakScene(PrivateHost host) {
        this.host = host;
    }

    /** Takes it; what cannot be found out is said in it. */
    String of(SoakMachine machine) {
        try {
            return "SCENE of " + machine.name + " on " + machine.network + "\n"
                    + host.run(List.of("sh", "-c", SCRIPT)).out()
                    + Http.get(host, "/api/v1/machines/" + machine.name)
                    + "\n"
                    + host.cli("machine", "logs", machine.name).out();
        } catch (Exception e) {
            return "SCENE of " + machine.name + ": " + e;
        }
    }
}
