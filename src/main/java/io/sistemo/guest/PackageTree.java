package io.sistemo.guest;

import io.sistemo.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory into which packages were extracted. Symbolic links are followed as a chroot would: an absolute one starts
 * at the tree's own root, and none leads out. /bin, /lib and so on may be links into /usr, or not (yet).
 */
record PackageTree(Path root) {
    private static final int MOST_LINKS = 40;

    /** The file at an absolute path of the tree, as it is or under /usr. */
    Optional<Path> find(String path) throws IOException {
        String relative = path.startsWith("/") ? path.substring(1) : path;
        Optional<Path> direct = resolve(relative);
        if (direct.isPresent()) {
            return direct;
        }
        return relative.startsWith("usr/") ? resolve(relative.substring("usr/".length())) : resolve("usr/" + relative);
    }

    /** As {@link #find}; the message of the error names the package that should have brought it. */
    Path require(String path, String packageName) throws IOException {
        return find(path)
                .orElseThrow(() -> new HostException("the package tree " + root + " has no " + path + " (of "
                        + packageName + "): prepare it again"));
    }

    /** A shared library by its name, from the directories where the distribution keeps them. */
    Path requireLibrary(String name) throws IOException {
        for (String directory : libraryDirectories()) {
            Optional<Path> library = resolve(directory + "/" + name);
            if (library.isPresent()) {
                return library.get();
            }
        }
        throw new HostException("the package tree " + root + " has no library " + name + ": prepare it again");
    }

    private List<String> libraryDirectories() throws IOException {
        List<String> directories = new ArrayList<>();
        for (String parent : List.of("usr/lib", "lib")) {
            Optional<Path> found = resolve(parent);
            if (found.isPresent()) {
                directories.add(parent);
                try (Stream<Path> children = Files.list(found.get())) {
                    children.map(child -> child.getFileName().toString())
                            .filter(name -> name.contains("-linux-gnu"))
                            .sorted()
                            .forEach(name -> directories.add(parent + "/" + name));
                }
            }
        }
        return directories;
    }

    private Optional<Path> resolve(String relative) throws IOException {
        Deque<String> rest = new ArrayDeque<>(Arrays.asList(relative.split("/")));
        Path current = root;
        int links = 0;
        while (!rest.isEmpty()) {
            String part = rest.pop();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                current = current.equals(root) ? root : current.resolve("..").normalize();
                continue;
            }
            Path next = current.resolve(part);
            if (Files.isSymbolicLink(next)) {
                links++;
                String target = Files.readSymbolicLink(next).toString();
                current = target.startsWith("/") ? root : current;
                List<String> parts = Arrays.asList(target.split("/"));
                parts.reversed().forEach(rest::push);
            } else {
                current = next;
            }
            if (links > MOST_LINKS || !Files.exists(current, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
        }
        return Optional.of(current);
    }
}
