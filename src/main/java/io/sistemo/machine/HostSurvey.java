package io.sistemo.machine;

import io.sistemo.claim.Claim;
import io.sistemo.claim.ClaimKind;
import io.sistemo.host.Host;
import io.sistemo.host.LinkFacts;
import io.sistemo.host.NamespaceFacts;
import io.sistemo.host.ProcessIdentity;
import io.sistemo.network.MachineName;
import io.sistemo.network.MachineNetwork;
import io.sistemo.store.DataDirectory;
import io.sistemo.vmm.VmmProcess;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What was seen on the host of all machines: one listing of each kind of thing, not a look at each thing. A listing that fails
 * fails the whole survey, so that nothing is ever concluded from half of one.
 *
 * @param links the host's own, by name
 * @param namespaces all names
 * @param insides what is in the namespaces of machines that are in the ledger, and in those that could be ours; without those
 *     that could not be looked into
 * @param names of machines, as they are called in the ledger
 * @param cgroups paths of this installation's
 * @param alive the VMMs in the ledger that run
 * @param machineDirectories names of machines' directories
 * @param sidecars their sidecars' contents, by the same names; without those that are not there
 * @param jails names of those that have a jail in them
 * @param volumeFiles names of files beside each other where volumes lie
 */
record HostSurvey(
        Map<String, LinkFacts> links,
        Set<String> namespaces,
        Map<String, NamespaceFacts> insides,
        Set<String> names,
        Set<String> cgroups,
        Set<ProcessIdentity> alive,
        Set<String> machineDirectories,
        Map<String, byte[]> sidecars,
        Set<String> jails,
        Set<String> volumeFiles) {
    /** What namespaces of machines are called. */
    static final Pattern NAMESPACE = Pattern.compile("sv-[0-9a-f]{8}");

    /**
     * Looks.
     *
     * @throws io.sistemo.host.HostException when something cannot be listed
     */
    static HostSurvey take(MachineEnvironment environment, Ledger ledger) {
        Host host = environment.host();
        Map<String, LinkFacts> links = host.links().list(Optional.empty()).stream()
                .collect(Collectors.toMap(LinkFacts::name, Function.identity(), (first, _) -> first));
        Set<String> namespaces = Set.copyOf(host.namespaces().list());
        String parent = MachineBlueprint.cgroups(environment.installation());
        return new HostSurvey(
                links,
                namespaces,
                MachineNetwork.inspect(host, worthALook(namespaces, links, ledger)),
                MachineName.list(host, environment.installation().value()),
                host.cgroups().list(parent).stream()
                        .map(name -> parent + "/" + name)
                        .collect(Collectors.toSet()),
                host.processes()
                        .aliveAmong(ledger.ofKind(ClaimKind.VMM).stream()
                                .map(Claim::detail)
                                .flatMap(Optional::stream)
                                .map(VmmProcess::identity)
                                .toList()),
                Set.copyOf(host.files().list(environment.directory().machines())),
                host.files().readInEach(environment.directory().machines(), DataDirectory.MachineFiles.SIDECAR),
                host.files().thoseWith(environment.directory().machines(), DataDirectory.MachineFiles.JAIL),
                Set.copyOf(host.files().list(environment.directory().volumes())));
    }

    /** Those of machines; and those that look like one and have no link on the host that says whose they are. */
    private static Set<String> worthALook(Set<String> namespaces, Map<String, LinkFacts> links, Ledger ledger) {
        Set<String> chosen = ledger.ofKind(ClaimKind.MACHINE_NETWORK).stream()
                .map(claim -> claim.key().name())
                .filter(namespaces::contains)
                .collect(Collectors.toCollection(HashSet::new));
        namespaces.stream()
                .filter(name -> NAMESPACE.matcher(name).matches() && !links.containsKey(name))
                .forEach(chosen::add);
        return chosen;
    }
}
