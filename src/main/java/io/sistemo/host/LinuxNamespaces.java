package io.sistemo.host;

import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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

    @Override
    public Map<String, NamespaceFacts> inspect(Collection<String> names, String family, String table) {
        Map<String, NamespaceFacts> found = new HashMap<>();
        InNamespace.callInEach(
                names,
                (name, room) -> found.put(
                        name, new NamespaceFacts(LinkMessages.list(room), TableMessages.find(family, table, room))));
        names.stream()
                .filter(name -> !found.containsKey(name) && exists(name) && !isWhole(name))
                .forEach(name -> found.put(name, NamespaceFacts.NOTHING));
        return found;
    }

    @Override
    public void nameAgain(String name, ProcessIdentity inside) {
        Path path = path(name);
        Path own = Path.of("/proc", Long.toString(inside.pid()), "ns/net");
        if (!isAlive(inside)) {
            throw ended(inside);
        }
        if (exists(name) && isSame(path, own)) {
            return;
        }
        delete(name);
        OpenFile.open(path, OpenFlags.READ_ONLY | OpenFlags.CREATE | OpenFlags.EXCLUSIVE, 0)
                .close();
        Errno.require(LibC.bindMount(own.toString(), path.toString()), "cannot name the network namespace " + name);
        // Looked at when the name is there: had the pid been given to another process before, it would lead to that
        // one's.
        if (!isAlive(inside)) {
            delete(name);
            throw ended(inside);
        }
    }

    private static boolean isAlive(ProcessIdentity process) {
        return ProcessFiles.startTicks(process.pid()).equals(OptionalLong.of(process.startTicks()));
    }

    private static HostException ended(ProcessIdentity process) {
        return new HostException("the process " + process.pid() + " has ended, and its network namespace with it");
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return java.nio.file.Files.getAttribute(one, "unix:ino")
                            .equals(java.nio.file.Files.getAttribute(other, "unix:ino"))
                    && java.nio.file.Files.getAttribute(one, "unix:dev")
                            .equals(java.nio.file.Files.getAttribute(other, "unix:dev"));
        } catch (IOException e) {
            throw new HostException("cannot compare the network namespaces " + one + " and " + other, e);
        }
    }

    private static Path path(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a namespace's name: " + name);
        }
        return InNamespace.DIRECTORY.resolve(name);
    }
}
