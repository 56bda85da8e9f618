package io.sistemo.guest;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The machine's own part of its initramfs. Each setting is a file of its own, so that the guest's init reads values and
 * never evaluates one. The paths are those that guest/init and its companions read.
 */
public final class BootArchive {
    private static final int FOR_ALL = 0644;
    private static final int FOR_ROOT = 0600;

    private BootArchive() {}

    /** The archive's bytes, uncompressed, 1 or 2 KiB. The same settings give the same bytes. */
    public static byte[] render(BootSettings settings) {
        CpioArchive archive = new CpioArchive();
        renderSettings(archive, settings);
        renderSecrets(archive, settings);
        renderNames(archive, settings);
        renderForSystemd(archive, settings);
        return archive.finish();
    }

    private static void renderSettings(CpioArchive archive, BootSettings settings) {
        setting(archive, "machine-name", settings.machineName() + "\n");
        setting(archive, "hostname", settings.hostname() + "\n");
        setting(archive, "address", network(settings) + "\n");
        setting(archive, "gateway", settings.gateway().getHostAddress() + "\n");
        setting(archive, "root-uuid", settings.rootFilesystem().toString().replace("-", "") + "\n");
        settings.entrypoint().ifPresent(entrypoint -> {
            numbered(archive, "entrypoint", entrypoint.command());
            numbered(
                    archive,
                    "environment",
                    entrypoint.sortedEnvironment().entrySet().stream()
                            .map(variable -> variable.getKey() + "=" + variable.getValue())
                            .toList());
            entrypoint.directory().ifPresent(directory -> setting(archive, "directory", directory));
        });
    }

    /** Values that may hold anything but NUL, line ends too: without a line end of ours. */
    private static void numbered(CpioArchive archive, String directory, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            setting(archive, directory + "/" + String.format("%04d", i), values.get(i));
        }
    }

    private static void setting(CpioArchive archive, String name, String value) {
        archive.file(GuestFiles.OWN_ROOT + "/settings/" + name, FOR_ALL, value);
    }

    private static void renderSecrets(CpioArchive archive, BootSettings settings) {
        String own = GuestFiles.OWN_ROOT;
        archive.directory(own + "/root", 0700);
        archive.directory(own + "/root/.ssh", 0700);
        archive.file(own + "/root/.ssh/authorized_keys", FOR_ROOT, lines(settings.authorizedKeys()));
        archive.directory(own + "/etc/dropbear", 0700);
        archive.file(own + "/etc/dropbear/host_key", FOR_ROOT, SshKeyFormats.dropbear(settings.hostKey()));
    }

    private static void renderNames(CpioArchive archive, BootSettings settings) {
        String etc = GuestFiles.OWN_ROOT + "/etc/";
        archive.file(etc + "hostname", FOR_ALL, settings.hostname() + "\n");
        archive.file(
                etc + "hosts", FOR_ALL, "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 " + settings.hostname() + "\n");
        if (!settings.dnsServers().isEmpty()) {
            archive.file(
                    etc + "resolv.conf",
                    FOR_ALL,
                    settings.searchDomain()
                                    .map(domain -> "search " + domain + "\n")
                                    .orElse("")
                            + settings.dnsServers().stream()
                                    .map(server -> "nameserver " + server.getHostAddress() + "\n")
                                    .collect(Collectors.joining()));
        }
    }

    /** Files for /run, where systemd's services find them: they keep what init has set, whatever the image says. */
    private static void renderForSystemd(CpioArchive archive, BootSettings settings) {
        String systemd = GuestFiles.OWN_ROOT + "/run/systemd/";
        String servers =
                settings.dnsServers().stream().map(InetAddress::getHostAddress).collect(Collectors.joining(" "));
        // Of itself systemd-resolved asks nobody for a name without dots.
        String domains = settings.searchDomain()
                .map(domain -> "Domains=" + domain + "\n")
                .orElse("");
        String dns = servers.isEmpty() ? "" : "DNS=" + servers + "\n" + domains;
        archive.file(systemd + "network/00-sistemo.link", FOR_ALL, """
                        [Match]
                        OriginalName=eth0
                        [Link]
                        NamePolicy=
                        """);
        archive.file(systemd + "network/00-sistemo.network", FOR_ALL, """
                        [Match]
                        Name=eth0
                        [Network]
                        Address=%s
                        Gateway=%s
                        %sKeepConfiguration=yes
                        LinkLocalAddressing=no
                        IPv6AcceptRA=no
                        """.formatted(
                        network(settings), settings.gateway().getHostAddress(), dns));
        if (!dns.isEmpty()) {
            archive.file(systemd + "resolved.conf.d/00-sistemo.conf", FOR_ALL, "[Resolve]\n" + dns);
        }
    }

    private static String network(BootSettings settings) {
        return settings.address().getHostAddress() + "/" + settings.prefixLength();
    }

    private static String lines(List<String> lines) {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }
}
