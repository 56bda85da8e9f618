package io.sistemo.bench;

import io.sistemo.host.Host;
import io.sistemo.host.LinuxHost;
import io.sistemo.host.LinuxPrograms;
import io.sistemo.network.Bridge;
import io.sistemo.network.Ipv4;
import io.sistemo.network.MachineNetwork;
import io.sistemo.network.MachineWiring;
import io.sistemo.network.Network;
import io.sistemo.network.NetworkLimits;
import io.sistemo.network.Subnet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The network of one machine, from its namespace to its filter, against the same by hand in two batches of {@code ip} and one of
 * {@code nft}; then among 500 others. The daemon that runs beside it takes all of it for another installation's.
 */
final class NetworkBenchmark {
    private static final String MARK = "sistemo:ffffffffffff";
    private static final Network NETWORK = new Network("bench", "brbench", Subnet.parse("10.77.0.0/16"));
    private static final long VMM_USER = 1_900_000_000L;
    private static final int GUEST_PORT = 2222;
    private static final int TIMES = 25;
    /** Before those that count: what just came up runs code that is not compiled yet, as no daemon does for long. */
    private static final int WARM_UP = 60;

    private static final int OTHERS = 500;

    private final Host host;
    private final Path directory;

    private NetworkBenchmark(Path directory) {
        this.directory = directory;
        this.host = new LinuxHost(new LinuxPrograms(), directory);
    }

    static List<Measurement> run(Installation installation) throws Exception {
        return new NetworkBenchmark(Files.createDirectory(installation.data().resolveSibling("network"))).measure();
    }

    private List<Measurement> measure() throws Exception {
        Bridge bridge = new Bridge(host, MARK, NETWORK);
        bridge.ensure();
        List<MachineNetwork> others = new ArrayList<>();
        try {
            Path byHand = byHand();
            double[] alone = medians(byHand);
            for (int i = 1; i <= OTHERS; i++) {
                MachineNetwork other = network(i);
                others.add(other);
                other.ensure();
            }
            double[] among = medians(byHand);
            return List.of(
                    Measurement.ratio("network of a machine / by hand in batches", alone[0], alone[1], "ms", 1.3),
                    Measurement.ratio(
                            "network of a machine, by hand among " + OTHERS + " others", among[0], among[1], "ms", 1.3),
                    Measurement.ratio(
                            "network of a machine, among " + OTHERS + " others / alone", among[0], alone[0], "ms", 2));
        } finally {
            others.forEach(MachineNetwork::release);
            bridge.release();
        }
    }

    private MachineNetwork network(int number) {
        return new MachineNetwork(
                host,
                new MachineWiring(
                        String.format(Locale.ROOT, "%08x", number),
                        NETWORK,
                        new Ipv4(NETWORK.subnet().firstMachine().value() + number),
                        VMM_USER,
                        GUEST_PORT,
                        true,
                        NetworkLimits.NONE,
                        MARK),
                Optional.empty());
    }

    /** The same filter as ours, listed from one of ours, and the same links. */
    private Path byHand() throws IOException, InterruptedException {
        MachineNetwork pattern = network(0);
        pattern.ensure();
        String filter = Commands.run(
                Commands.list("ip", "netns", "exec", "sv-00000000", "nft", "-s", "list", "table", "bridge", "sistemo"));
        pattern.release();
        Files.writeString(directory.resolve("outside"), """
            netns add byhand
            link add byhand type veth peer name eth0 netns byhand
            link set byhand alias by-hand
            link set byhand master brbench up
            """);
        Files.writeString(directory.resolve("inside"), """
            link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
            tuntap add dev tap0 mode tap vnet_hdr user 1900000000
            link set eth0 master br0 up
            link set tap0 master br0 up
            link set br0 up
            """);
        Files.writeString(directory.resolve("filter"), filter);
        return Files.writeString(directory.resolve("by-hand"), """
            cd "${0%/*}"
            ip -batch outside
            ip -netns byhand -batch inside
            nsenter --net=/run/netns/byhand nft -f filter
            """);
    }

    /**
     * Of ours and of the same by hand. Who comes first in a round waits for the kernel, which still clears up the namespaces of the round
     * before; so each comes first in every other round, and what counts is the middle between its two medians.
     */
    private double[] medians(Path script) throws IOException, InterruptedException {
        List<List<Double>> ours = List.of(new ArrayList<>(), new ArrayList<>());
        List<List<Double>> theirs = List.of(new ArrayList<>(), new ArrayList<>());
        MachineNetwork network = network(0);
        for (int i = 0; i < 2 * TIMES + WARM_UP; i++) {
            int place = i % 2;
            double theirsFirst = place == 1 ? milliseconds(() -> byHand(script)) : 0;
            double our = milliseconds(network::ensure);
            double their = place == 1 ? theirsFirst : milliseconds(() -> byHand(script));
            network.release();
            Commands.run(Commands.list("ip", "link", "del", "byhand"));
            Commands.run(Commands.list("ip", "netns", "del", "byhand"));
            if (i >= WARM_UP) {
                ours.get(place).add(our);
                theirs.get(place).add(their);
            }
        }
        return new double[] {middle(ours), middle(theirs)};
    }

    private static double middle(List<List<Double>> places) {
        return (Commands.median(places.getFirst()) + Commands.median(places.getLast())) / 2;
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static double milliseconds(Work work) throws IOException, InterruptedException {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e6;
    }

    private static void byHand(Path script) throws IOException, InterruptedException {
        Commands.run(Commands.list("/bin/sh", "-e", script.toString()));
    }
}
