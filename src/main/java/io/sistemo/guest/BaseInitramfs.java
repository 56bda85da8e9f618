package io.sistemo.guest;

import io.sistemo.host.HostException;
import io.sistemo.host.ProgramCall;
import io.sistemo.host.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Builds the archive that all machines share in front of their boot: busybox, our sshd, the tools to grow a file system,
 * the kernel's modules and the scripts of guest/. Nothing from the package tree is run.
 */
public final class BaseInitramfs {
    /** The packages whose files {@link #build} and {@link KernelExtraction} need. */
    public static final java.util.List<String> PACKAGES = java.util.List.of(
            "busybox-static", "dropbear-bin", "e2fsprogs", "openssh-sftp-server", "linux-image-cloud-amd64");

    private static final int PROGRAM_MODE = 0755;
    private static final int FILE_MODE = 0644;
    private static final String OWN = GuestFiles.OWN_ROOT + "/";
    private static final String SFTP_SERVER = "usr/lib/openssh/sftp-server";
    private static final Duration PACKING_TIME = Duration.ofMinutes(2);

    /** Whoever changes one of these makes another archive, and need not remember to say so. */
    private static final List<Class<?>> RECIPE_CODE = List.of(
            BaseInitramfs.class,
            CpioArchive.class,
            GuestFiles.class,
            KernelExtraction.class,
            KernelModules.class,
            PackageTree.class,
            SharedLibraries.class);

    private BaseInitramfs() {}

    /**
     * Builds the archive and puts it in place whole. The same tree, kernel and program version give the same bytes.
     *
     * @param packageTree where busybox-static, dropbear-bin, e2fsprogs, openssh-sftp-server (may be missing), their
     *     libraries and the kernel's package are extracted
     * @param kernelRelease as uname -r prints it in the guest
     * @throws HostException when the tree lacks something, or zstd or xz cannot be run
     */
    public static void build(Path packageTree, String kernelRelease, Path target, Programs programs)
            throws IOException {
        Path directory = target.toAbsolutePath().getParent();
        Path scratch = Files.createTempDirectory(directory, ".initramfs");
        try {
            PackageTree tree = new PackageTree(packageTree);
            CpioArchive archive = new CpioArchive();
            addScripts(archive);
            addPrograms(archive, tree);
            addModules(archive, KernelModules.of(tree, kernelRelease, programs, scratch), kernelRelease);
            Path plain = scratch.resolve("initramfs.cpio");
            Files.write(plain, archive.finish());
            Path packed = scratch.resolve("initramfs.cpio.zst");
            programs.require(ProgramCall.of("zstd", "-q", "-15", "-T1", plain.toString(), "-o", packed.toString())
                    .withTimeout(PACKING_TIME));
            Files.move(packed, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IllegalArgumentException e) {
            throw new HostException("the package tree " + packageTree + " holds " + e.getMessage(), e);
        } finally {
            deleteTree(scratch);
        }
    }

    /**
     * A name for what {@link #build} would put into the archive, in hexadecimal: when it is unchanged, an archive that
     * was built before is still right. Reads the programs, the libraries and the kernel, but of the modules only their
     * names and sizes.
     */
    public static String inputsHash(Path packageTree, String kernelRelease) throws IOException {
        PackageTree tree = new PackageTree(packageTree);
        MessageDigest digest = sha256();
        for (String name : GuestFiles.ALL) {
            update(digest, name, GuestFiles.read(name));
        }
        for (Map.Entry<String, Path> file : files(tree).entrySet()) {
            update(digest, file.getKey(), Files.readAllBytes(file.getValue()));
        }
        Optional<Path> kernel = tree.find("boot/vmlinuz-" + kernelRelease);
        update(digest, kernelRelease, kernel.isPresent() ? Files.readAllBytes(kernel.get()) : new byte[0]);
        for (Map.Entry<String, Path> module : KernelModules.files(KernelModules.directory(tree, kernelRelease))
                .entrySet()) {
            update(digest, module.getKey(), utf8("" + Files.size(module.getValue())));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * A name for what this program itself contributes to {@link #build}, in hexadecimal: the scripts, and the code that packs
     * them. It can be asked without a package tree, so before anything is fetched.
     */
    public static String ownInputsHash() throws IOException {
        MessageDigest digest = sha256();
        for (String name : GuestFiles.ALL) {
            update(digest, name, GuestFiles.read(name));
        }
        for (Class<?> code : RECIPE_CODE) {
            String name = code.getSimpleName() + ".class";
            try (InputStream stream = Objects.requireNonNull(code.getResourceAsStream(name), name)) {
                update(digest, name, stream.readAllBytes());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void addScripts(CpioArchive archive) throws IOException {
        archive.file("init", PROGRAM_MODE, GuestFiles.read("init"));
        // The kernel opens it for init's first words, before there is a devtmpfs.
        archive.characterDevice("dev/console", 0600, 5, 1);
        archive.symbolicLink("bin", OWN + "bin");
        for (String name : GuestFiles.PROGRAMS) {
            archive.file(OWN + "bin/" + name, PROGRAM_MODE, GuestFiles.read(name));
        }
        archive.file(OWN + "etc/passwd", FILE_MODE, GuestFiles.read("passwd"));
        archive.file(OWN + "etc/shells", FILE_MODE, GuestFiles.read("shells"));
        archive.file(OWN + "etc/passwd.image", FILE_MODE, "root:*:0:0:root:/:/bin/sh\n");
    }

    private static void addPrograms(CpioArchive archive, PackageTree tree) throws IOException {
        for (Map.Entry<String, Path> file : files(tree).entrySet()) {
            archive.file(OWN + file.getKey(), PROGRAM_MODE, Files.readAllBytes(file.getValue()));
        }
        String loader = SharedLibraries.of(tree, programs(tree).values()).loaderPath();
        // The scripts start the loader by this name, in the image's root too: a relative link.
        String up = loader.startsWith("/lib/") ? "" : "..";
        archive.symbolicLink(OWN + "lib/ld.so", up.isEmpty() ? loader.substring("/lib/".length()) : up + loader);
    }

    /** Everything that is copied from the tree, by its path in our sshd's root. */
    private static Map<String, Path> files(PackageTree tree) throws IOException {
        Map<String, Path> files = new LinkedHashMap<>();
        files.put("bin/busybox", tree.require("bin/busybox", "busybox-static"));
        Map<String, Path> programs = programs(tree);
        SharedLibraries libraries = SharedLibraries.of(tree, programs.values());
        files.putAll(programs);
        files.put(libraries.loaderPath().substring(1), libraries.loader());
        String loaderName = libraries.loader().getFileName().toString();
        // All in one directory, which every dynamic loader searches, whatever the architecture is called.
        libraries.byName().forEach((name, file) -> {
            if (!name.equals(loaderName)) {
                files.put("lib/" + name, file);
            }
        });
        return files;
    }

    /** The dynamically linked programs, by their path in our sshd's root. */
    private static Map<String, Path> programs(PackageTree tree) throws IOException {
        Map<String, Path> programs = new LinkedHashMap<>();
        programs.put("bin/dropbear", tree.require("usr/sbin/dropbear", "dropbear-bin"));
        programs.put("bin/resize2fs", tree.require("sbin/resize2fs", "e2fsprogs"));
        tree.find(SFTP_SERVER).ifPresent(file -> programs.put("bin/sftp-server", file));
        return programs;
    }

    private static void addModules(CpioArchive archive, KernelModules modules, String release) throws IOException {
        if (!modules.has("virtio_blk")) {
            throw new HostException("the kernel " + release + " has no virtio_blk, built in or as a module");
        }
        Map<String, byte[]> first = modules.inLoadOrder(names("modules"));
        Map<String, byte[]> forPci = new LinkedHashMap<>(modules.inLoadOrder(names("modules-pci")));
        forPci.keySet().removeAll(first.keySet());
        addModules(archive, "order", first);
        addModules(archive, "order-pci", forPci);
    }

    private static void addModules(CpioArchive archive, String order, Map<String, byte[]> modules) {
        modules.forEach((name, content) -> archive.file("modules/" + name + ".ko", FILE_MODE, content));
        String lines = modules.keySet().stream().map(name -> name + ".ko\n").collect(Collectors.joining());
        archive.file("modules/" + order, FILE_MODE, lines);
    }

    private static List<String> names(String file) throws IOException {
        return new String(GuestFiles.read(file), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    private static void update(MessageDigest digest, String name, byte[] content) {
        digest.update(utf8(name + "\0" + content.length + "\0"));
        digest.update(content);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(BaseInitramfs::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
