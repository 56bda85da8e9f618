package io.sistemo.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What dynamically linked programs need beside themselves.
 *
 * @param byName the libraries, the dynamic loader's own file too when something needs it by name
 * @param loaderPath the absolute path under which the programs look for the dynamic loader
 * @param loader its file
 */
record SharedLibraries(Map<String, Path> byName, String loaderPath, Path loader) {
    /**
     * Follows the needs of programs through the libraries of a tree.
     *
     * @throws IllegalArgumentException when a file is not an ELF file, or no program names a loader
     */
    static SharedLibraries of(PackageTree tree, Iterable<Path> programs) throws IOException {
        Map<String, Path> libraries = new TreeMap<>();
        Optional<String> loaderPath = Optional.empty();
        Deque<Path> unread = new ArrayDeque<>();
        programs.forEach(unread::add);
        while (!unread.isEmpty()) {
            ElfFile file = ElfFile.parse(Files.readAllBytes(unread.pop()));
            loaderPath = loaderPath.or(file::interpreter);
            for (String name : file.neededLibraries()) {
                if (!libraries.containsKey(name)) {
                    Path library = tree.requireLibrary(name);
                    libraries.put(name, library);
                    unread.add(library);
                }
            }
        }
        String path = loaderPath.orElseThrow(() -> new IllegalArgumentException("no program names a dynamic loader"));
        Path loader = tree.find(path)
                .orElse(tree.requireLibrary(Path.of(path).getFileName().toString()));
        return new SharedLibraries(libraries, path, loader);
    }
}
