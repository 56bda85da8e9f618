package io.sistemo.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** Device nodes that VMMs open as the unprivileged users that they are. */
public final class Devices {
    /** Makes and attaches taps. */
    private static final Path TUN = Path.of("/dev/net/tun");

    private Devices() {}

    /**
     * Lets every user open {@code /dev/net/tun}, as udev does everywhere where it runs (50-udev-default.rules): the device
     * itself lets a user attach only to a tap that was made for that user.
     *
     * @return whether something had to be changed
     * @throws HostException when the device is missing or cannot be changed
     */
    public static boolean openTunToUsers() {
        try {
            if (Files.getPosixFilePermissions(TUN)
                    .containsAll(Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE))) {
                return false;
            }
            Files.setPosixFilePermissions(TUN, PosixFilePermissions.fromString("rw-rw-rw-"));
            return true;
        } catch (IOException e) {
            throw new HostException(TUN + " cannot be used: load the kernel module 'tun' with modprobe tun", e);
        }
    }

    /**
     * The group that a user must be in to read and write a device; none when everybody may, or nobody but root.
     *
     * @throws HostException when the device cannot be looked at
     */
    public static List<Long> groupOf(Path device) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(device);
            boolean byGroup = permissions.contains(PosixFilePermission.GROUP_WRITE)
                    && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
            long group = ((Number) Files.getAttribute(device, "unix:gid")).longValue();
            return byGroup && group != 0 ? List.of(group) : List.of();
        } catch (IOException e) {
            throw new HostException(device + " cannot be looked at", e);
        }
    }
}
