package io.sistemo.e2e;

import java.util.Map;

/** A machine that boots within a second or two and tells its name to whoever connects; of {@link TestImage#withoutInit}. */
final class SmallGuest {
    static final String BUSYBOX = "/run/sistemo/bin/busybox ";

    private SmallGuest() {}

    /**
     * Deploys one on a network.
     *
     * @param port where it tells its name
     */
    static Map<String, Object> deploy(DaemonTest test, String name, String network, int port) throws Exception {
        test.cli(
                        "machine",
                        "deploy",
                        "without-init",
                        "--name",
                        name,
                        "--network",
                        network,
                        "--vcpus",
                        "1",
                        "--memory",
                        "128",
                        "--storage",
                        "64")
                .succeeded();
        test.inGuest(
                name,
                "(" + BUSYBOX + "nc -ll -p " + port + " -e " + BUSYBOX + "echo " + name
                        + ") </dev/null >/dev/null 2>&1 &");
        return test.machine(name);
    }
}
