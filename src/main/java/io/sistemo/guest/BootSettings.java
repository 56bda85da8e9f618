package io.sistemo.guest;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What one machine's guest is told at boot.
 *
 * @param machineName the machine's name
 * @param hostname the name that the guest gets; see {@link #hostnameFor}
 * @param address the guest's own address
 * @param prefixLength of its network, 1 to 32
 * @param gateway where its default route leads
 * @param dnsServers put into resolv.conf in this order; when empty the image's file stays
 * @param searchDomain where names without dots are looked for
 * @param rootFilesystem the UUID in the superblock of the root file system
 * @param authorizedKeys lines as in OpenSSH's authorized_keys; who may log in as root at our sshd
 * @param hostKey what our sshd shows
 * @param entrypoint what the image says about how it runs, for images made for containers
 */
public record BootSettings(
        String machineName,
        String hostname,
        Inet4Address address,
        int prefixLength,
        Inet4Address gateway,
        List<InetAddress> dnsServers,
        Optional<String> searchDomain,
        UUID rootFilesystem,
        List<String> authorizedKeys,
        HostKey hostKey,
        Optional<Entrypoint> entrypoint) {

    /** The kernel takes 64; RFC 1035 allows 63 for one label. */
    private static final int LONGEST_HOSTNAME = 63;

    private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?");
    private static final int LONGEST_PREFIX = 32;

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException when a value cannot be what it is said to be
     */
    public BootSettings {
        dnsServers = List.copyOf(dnsServers);
        authorizedKeys = List.copyOf(authorizedKeys);
        require(HOSTNAME.matcher(hostname).matches(), "not a host name", hostname);
        searchDomain.ifPresent(domain -> require(HOSTNAME.matcher(domain).matches(), "not a domain", domain));
        require(isOneLine(machineName), "not a machine's name", machineName);
        require(prefixLength >= 1 && prefixLength <= LONGEST_PREFIX, "not a prefix length", "" + prefixLength);
        authorizedKeys.forEach(line -> require(isOneLine(line), "not a line of authorized_keys", line));
    }

    /** The host name for a machine: its name with what host names cannot hold replaced, at most 63 characters. */
    public static String hostnameFor(String machineName) {
        String name = machineName.replaceAll("[^A-Za-z0-9.-]", "-");
        String cut = name.length() > LONGEST_HOSTNAME ? name.substring(0, LONGEST_HOSTNAME) : name;
        String trimmed = cut.replaceAll("^[.-]+|[.-]+$", "");
        return trimmed.isEmpty() ? "machine" : trimmed;
    }

    private static boolean isOneLine(String value) {
        return !value.isEmpty() && value.chars().noneMatch(Character::isISOControl);
    }

    private static void require(boolean good, String what, String value) {
        if (!good) {
            throw new IllegalArgumentException(what + ": " + value);
        }
    }
}
