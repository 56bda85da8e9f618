package io.sistemo.daemon;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimState;
import io.sistemo.claim.ClaimTable;
import io.sistemo.host.Host;
import io.sistemo.host.HostException;
import io.sistemo.host.LinkFacts;
import io.sistemo.store.Database;
import io.sistemo.store.InstallationId;
import io.sistemo.vmm.VmmProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Where the ledger and the host disagree. Looks only. */
final class Drift {
    private final Database database;
    private final Host host;
    private final InstallationId installation;

    Drift(Database database, Host host, InstallationId installation) {
        this.database = database;
        this.host = host;
        this.installation = installation;
    }

    /** A sentence for each disagreement. */
    List<String> find() {
        List<Claim> claims = database.read(ClaimTable::all);
        List<String> drift = new ArrayList<>();
        try {
            claims.stream()
                    .filter(claim -> claim.state() == ClaimState.HELD)
                    .forEach(claim -> missing(claim).ifPresent(drift::add));
            drift.addAll(unclaimedLinks(claims));
            drift.addAll(unclaimedCgroups(claims));
        } catch (HostException e) {
            drift.add("the host cannot be observed: " + e.getMessage());
        }
        return List.copyOf(drift);
    }

    private Optional<String> missing(Claim claim) {
        boolean present = switch (claim.kind()) {
            case BRIDGE ->
                host.links().find(Optional.empty(), claim.key().name()).isPresent();
            case PACKET_FILTER ->
                host.packetFilter()
                        .findTable(Optional.empty(), "inet", "sistemo")
                        .isPresent();
            case CGROUP -> host.cgroups().exists(claim.key().name());
            case MACHINE_NETWORK -> host.namespaces().exists(claim.key().name());
            case VMM ->
                claim.detail()
                        .map(VmmProcess::identity)
                        .filter(host.processes()::alive)
                        .isPresent();
            case DISK, IMAGE_FILE, IMAGE_WORKSPACE, MACHINE_DIRECTORY -> true;
        };
        return present
                ? Optional.empty()
                : Optional.of("the "
                        + claim.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + " "
                        + claim.key().name() + " is in the ledger and not on the host");
    }

    private List<String> unclaimedLinks(List<Claim> claims) {
        Set<String> names = names(claims);
        return host.links().list(Optional.empty()).stream()
                .filter(link -> link.alias().equals(Optional.of(installation.mark())))
                .map(LinkFacts::name)
                .filter(name -> !names.contains(name))
                .map(name -> "the link " + name + " is ours and not in the ledger")
                .toList();
    }

    private List<String> unclaimedCgroups(List<Claim> claims) {
        Set<String> names = names(claims);
        String parent = "sistemo/" + installation.value();
        return host.cgroups().list(parent).stream()
                .map(name -> parent + "/" + name)
                .filter(path -> !names.contains(path))
                .map(path -> "the cgroup " + path + " is ours and not in the ledger")
                .toList();
    }

    private static Set<String> names(List<Claim> claims) {
        return claims.stream().map(claim -> claim.key().name()).collect(Collectors.toSet());
    }
}
