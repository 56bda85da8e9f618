package io.sistemo.network;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.Host;
import io.sistemo.host.PartialFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The name by which a machine's neighbours find it, while it runs: a file in the format of hosts(5), which the network's resolver
 * notices as it comes and goes. The machine's start makes it, and its stop takes it away.
 */
public final class MachineName implements HostResource {
    /** The user that the resolver runs as has to read it. */
    private static final int FOR_ALL = 0644;

    private final Host host;
    private final ResolverPlace place;
    private final String shortId;
    private final String line;

    /**
     * A machine's name.
     *
     * @param place of its network's resolver
     * @param shortId 8 hexadecimal digits
     * @param name the machine's, which may have dots
     */
    public MachineName(Host host, ResolverPlace place, String shortId, Network network, Ipv4 address, String name) {
        this.host = host;
        this.place = place;
        this.shortId = shortId;
        this.line = render(network, address, name);
    }

    /** Names a machine's name in the ledger. */
    public static ResourceKey key(String bridge, String shortId) {
        return new ResourceKey(ClaimKind.MACHINE_NAME, bridge + "/" + shortId);
    }

    /** All that an installation's resolvers know, as they are called in the ledger. */
    public static Set<String> list(Host host, String installation) {
        Set<String> names = new HashSet<>();
        Path directory = ResolverPlace.directory(installation);
        for (String bridge : host.files().list(directory)) {
            if (!bridge.contains(".")) {
                host.files().list(directory.resolve(bridge)).stream()
                        .filter(shortId -> !shortId.startsWith("."))
                        .forEach(shortId -> names.add(bridge + "/" + shortId));
            }
        }
        return names;
    }

    /**
     * The whole name first, since an address leads back to that. A name with dots of its own is known in the network's domain
     * only: no machine takes the place of a name of the world.
     */
    static String render(Network network, Ipv4 address, String name) {
        String label = name.toLowerCase(Locale.ROOT);
        String whole = label + "." + network.domain();
        return address + " " + whole + (label.contains(".") ? "" : " " + label) + "\n";
    }

    private Path file() {
        return place.names().resolve(shortId);
    }

    private byte[] content() {
        return line.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public ResourceKey key() {
        return key(place.bridge(), shortId);
    }

    @Override
    public Observation observe() {
        Optional<byte[]> written = host.files().read(file());
        if (written.isEmpty()) {
            boolean wasBegun = host.files().read(PartialFile.of(file())).isPresent();
            return wasBegun ? Observation.PARTIAL : Observation.ABSENT;
        }
        return Arrays.equals(written.get(), content()) ? Observation.PRESENT : Observation.PARTIAL;
    }

    @Override
    public void ensure() {
        host.files().writeAtomically(file(), content(), FOR_ALL, 0);
    }

    @Override
    public void release() {
        host.files().delete(file());
    }
}
