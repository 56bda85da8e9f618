package io.sistemo.host;

import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Network namespaces as {@code ip netns} makes them: a file in a directory, and the namespace mounted on it. The program itself is
 * only used for the first one of a boot, for which it prepares the directory; a fork costs as much as the namespace.
 */
final class LinuxNamespaces implements Namespaces {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    private final Programs programs;

    LinuxNamespaces(Programs programs) {
        this.programs = programs;
    }

    @Override
    public boolean exists(String name) {
        Path path = path(name);
        try {
            java.nio.file.Files.readAttributes(
                    path, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new HostException("cannot look for the network namespace " + name, e);
        }
    }

    @Override
    public void add(String name) {
        if (exists(name)) {
            if (isWhole(name)) {
                return;
            }
            delete(name);
        }
        if (!isDirectoryPrepared()) {
            programs.require(ProgramCall.of("ip", "netns", "add", name));
            return;
        }
        String path = path(name).toString();
        OpenFile.open(path(name), OpenFlags.READ_ONLY | OpenFlags.CREATE | OpenFlags.EXCLUSIVE, 0)
                .close();
        InNamespace.callInNew(
                name,
                () -> Errno.require(
                        LibC.bindMount("/proc/thread-self/ns/net", path), "cannot name the network namespace " + name));
    }

    /** Whether the directory is a mount of its own, which other mount namespaces share. */
    private static boolean isDirectoryPrepared() {
        try {
            return MountPoints.parse(java.nio.file.Files.readAllLines(Path.of("/proc/self/mountinfo")))
                    .contains(InNamespace.DIRECTORY);
        } catch (IOException e) {
            throw new HostException("cannot read the list of mounts", e);
        }
    }

    /** Whether the name leads to a namespace: an interrupted "add" leaves a plain file. */
    private static boolean isWhole(String name) {
        try {
            return java.nio.file.Files.getFileStore(path(name)).type().equals("nsfs");
        } catch (IOException e) {
            throw new HostException("cannot look at the network namespace " + name, e);
        }
    }

    @Override
    public void delete(String name) {
        if (!exists(name)) {
            return;
        }
        long result = LibC.unmountLazily(path(name).toString());
        // EINVAL: nothing is mounted on it, as an interrupted "add" leaves it. ENOENT: gone meanwhile.
        if (result != -Errno.EINVAL && result != -Errno.ENOENT) {
            Errno.require(result, "cannot delete the network namespace " + name);
        }
        try {
            java.nio.file.Files.deleteIfExists(path(name));
        } catch (IOException e) {
            throw new HostException("cannot delete the network namespace " + name, e);
        }
    }

    @Override
    public List<String> list() {
        try (Stream<Path> entries = java.nio.file.Files.list(InNamespace.DIRECTORY)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new HostException("cannot list the network namespaces", e);
        }
    }

    private static Path path(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a namespace's name: " + name);
        }
        return InNamespace.DIRECTORY.resolve(name);
    }
}
