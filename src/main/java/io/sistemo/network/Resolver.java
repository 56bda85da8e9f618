package io.sistemo.network;

import io.sistemo.claim.ClaimKind;
import io.sistemo.claim.HostResource;
import io.sistemo.claim.Observation;
import io.sistemo.claim.ResourceKey;
import io.sistemo.host.CgroupLimits;
import io.sistemo.host.Host;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.host.ServiceSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What answers a network's guests when they ask for names: a process on the address of their gateway, as a user of its own with
 * no right but to listen at port 53. It outlives the daemon, and is known by pid, start time and boot id, and by what it was
 * told at its start: one that was told something else is replaced.
 */
public final class Resolver implements HostResource {
    private static final int FOR_ALL = 0755;
    private static final String MAY_LISTEN_AT_53 = "net_bind_service";
    /** Above the users of VMMs, see {@code MachineDeploy}. Two networks may have the same, who can only signal each other. */
    private static final long FIRST_UID = 0x7fff_0000L;

    private static final int UIDS = 0xfff0;
    /** It takes 2 MiB and a child for each of at most 20 connections by TCP. */
    private static final CgroupLimits LIMITS = new CgroupLimits(64 << 20, 50, 32);

    private static final int DIGEST_BYTES = 8;

    private final Host host;
    private final ResolverPlace place;
    private final List<String> command;
    private final Optional<String> recorded;
    private final ResolverRemains remains;
    private Optional<String> launched = Optional.empty();

    /**
     * A network's resolver.
     *
     * @param servers whom it asks for names that are not of machines, IPv4 or IPv6
     * @param recorded what the claim says of it, if it was held
     */
    public Resolver(Host host, ResolverPlace place, Network network, List<String> servers, Optional<String> recorded) {
        this.host = host;
        this.place = place;
        this.command = ResolverCommand.render(network, place, servers);
        this.recorded = recorded;
        this.remains = new ResolverRemains(host, place);
    }

    /** Names a network's resolver in the ledger. */
    public static ResourceKey key(String bridge) {
        return new ResourceKey(ClaimKind.RESOLVER, bridge);
    }

    @Override
    public ResourceKey key() {
        return key(place.bridge());
    }

    @Override
    public Observation observe() {
        Optional<String> known = launched.or(() -> recorded);
        if (known.filter(this::isWhole).isPresent()) {
            return new Observation.Present(known);
        }
        return remains.observe();
    }

    /** The process that a claim's detail tells of. */
    public static ProcessIdentity process(String detail) {
        return ProcessIdentity.parse(detail.substring(0, detail.lastIndexOf(' ')));
    }

    private boolean isWhole(String detail) {
        return detail.substring(detail.lastIndexOf(' ') + 1).equals(digest())
                && host.processes().alive(process(detail))
                && host.files().directoryExists(place.names());
    }

    /** Of all that it is told at its start. */
    private String digest() {
        try {
            byte[] text = String.join("\0", command).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void ensure() {
        host.cgroups().create(place.cgroup(), LIMITS);
        host.cgroups().kill(place.cgroup());
        host.files().ensureDirectory(place.directory(), FOR_ALL, 0);
        host.files().ensureDirectory(place.names(), FOR_ALL, 0);
        host.files().delete(place.log());
        ProcessIdentity process = host.processes()
                .launch(new ServiceSpec(
                        host.cgroups().directories(place.cgroup()),
                        FIRST_UID + Math.floorMod((place.installation() + place.bridge()).hashCode(), UIDS),
                        List.of(MAY_LISTEN_AT_53),
                        place.log(),
                        ResolverCommand.READY,
                        command));
        launched = Optional.of(process.toText() + " " + digest());
    }

    @Override
    public void release() {
        remains.release();
    }
}
