package io.sistemo.host;

import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Network namespaces as {@code ip netns} makes them. */
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
        programs.require(ProgramCall.of("ip", "netns", "add", name));
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
        ProgramCall call = ProgramCall.of("ip", "netns", "delete", name);
        ProgramResult result = programs.run(call);
        if (result.exitCode() != 0 && exists(name)) {
            throw new ProgramFailed(call, result);
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
