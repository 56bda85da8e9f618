package io.sistemo.guest;

import io.sistemo.host.HostException;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The modules of one kernel in a package tree. What a module depends on is read from the module itself: a package that
 * was only extracted has no modules.dep.
 */
final class KernelModules {
    /** The name of a module's section of texts, and the text that lists what it depends on. */
    private static final String INFORMATION = ".modinfo";

    private static final String DEPENDS = "depends=";

    private final Map<String, Path> files;
    private final String builtIn;
    private final Programs programs;
    private final Path scratch;

    private KernelModules(Map<String, Path> files, String builtIn, Programs programs, Path scratch) {
        this.files = files;
        this.builtIn = builtIn;
        this.programs = programs;
        this.scratch = scratch;
    }

    /** Lists a kernel's modules; compressed ones will be unpacked in the scratch directory. */
    static KernelModules of(PackageTree tree, String release, Programs programs, Path scratch) throws IOException {
        Path directory = directory(tree, release);
        Optional<Path> builtIn = tree.find("lib/modules/" + release + "/modules.builtin");
        String names = builtIn.isPresent() ? Files.readString(builtIn.get()) : "";
        return new KernelModules(files(directory), names, programs, scratch);
    }

    /** Every module file of a kernel by the module's name. */
    static Map<String, Path> files(Path directory) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String fileName = file.getFileName().toString();
                int end = fileName.indexOf(".ko");
                if (end > 0) {
                    files.put(fileName.substring(0, end).replace('-', '_'), file);
                }
            }
        }
        return files;
    }

    /** Where a kernel's modules lie. */
    static Path directory(PackageTree tree, String release) throws IOException {
        return tree.find("lib/modules/" + release + "/kernel")
                .orElseThrow(() -> new HostException("the package tree " + tree.root()
                        + " has no modules of the kernel " + release + ": prepare it again"));
    }

    /**
     * The wanted modules with what they depend on in front, each once: the name of each, and its content, unpacked. A
     * wanted module that this kernel lacks is left out; it may be built in.
     */
    Map<String, byte[]> inLoadOrder(List<String> wanted) throws IOException {
        Map<String, byte[]> ordered = new LinkedHashMap<>();
        for (String name : wanted) {
            if (files.containsKey(name)) {
                add(name, ordered, new ArrayList<>());
            }
        }
        return ordered;
    }

    /** Whether the kernel has it, as a module or built in. */
    boolean has(String name) {
        return files.containsKey(name) || builtIn.replace('-', '_').contains("/" + name + ".ko");
    }

    private void add(String name, Map<String, byte[]> ordered, List<String> path) throws IOException {
        if (ordered.containsKey(name) || path.contains(name)) {
            return;
        }
        Path file = files.get(name);
        if (file == null) {
            throw new HostException(
                    "the kernel module " + name + ", which " + path + " need, is not in the package tree");
        }
        byte[] content = unpacked(name, file);
        path.add(name);
        for (String dependency : dependencies(content)) {
            add(dependency, ordered, path);
        }
        path.removeLast();
        ordered.put(name, content);
    }

    private static List<String> dependencies(byte[] content) {
        return ElfFile.parse(content).texts(INFORMATION).stream()
                .filter(text -> text.startsWith(DEPENDS))
                .flatMap(text -> Arrays.stream(text.substring(DEPENDS.length()).split(",")))
                .filter(name -> !name.isEmpty())
                .map(name -> name.replace('-', '_'))
                .toList();
    }

    private byte[] unpacked(String name, Path file) throws IOException {
        String fileName = file.getFileName().toString();
        String packer = fileName.endsWith(".xz") ? "xz" : fileName.endsWith(".zst") ? "zstd" : "";
        if (packer.isEmpty()) {
            return Files.readAllBytes(file);
        }
        Path copy = scratch.resolve(name + fileName.substring(fileName.lastIndexOf('.')));
        Files.copy(file, copy);
        programs.require(ProgramCall.of(packer, "-d", "-q", "--", copy.toString()));
        byte[] content = Files.readAllBytes(scratch.resolve(name));
        Files.deleteIfExists(copy);
        Files.delete(scratch.resolve(name));
        return content;
    }
}
