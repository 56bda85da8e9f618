package io.sistemo.daemon;

import io.sistemo.host.HostException;
import io.sistemo.host.LinuxDisks;
import io.sistemo.host.LinuxFiles;
import io.sistemo.host.Programs;
import io.sistemo.image.ArchiveAccess;
import io.sistemo.image.DebianImage;
import io.sistemo.image.Directories;
import io.sistemo.image.DistributionArchive;
import io.sistemo.image.ImageFile;
import io.sistemo.image.ImageFiles;
import io.sistemo.image.ImageReference;
import io.sistemo.image.IoReason;
import io.sistemo.image.Progress;
import io.sistemo.image.Workspace;
import io.sistemo.operation.OperationId;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * The steps of {@code sistemo install}, in order: programs, directory, key, kernel and initramfs, image. Each looks whether
 * its result is there and says so; a second run changes nothing and needs no network. A step that was interrupted is done
 * again by the next run.
 *
 * <p>The steps from {@link #installKernel} on write into the data directory and are to be run under its lock.
 */
public final class InstallationSteps {
    /** Counted up when this code makes other files from the same packages. */
    private static final int VERSION = 1;

    private static final String VMLINUX = "vmlinux";
    private static final String INITRAMFS = "initramfs.cpio.zst";
    private static final String ROOT_FILESYSTEM = "debian.ext4";
    private static final String VMLINUZ_PREFIX = "vmlinuz-";

    private final InstallationRequest request;
    private final Programs programs;
    private final Consumer<Progress> progress;
    private final HttpsDownload download;

    /** Steps for one request; progress is told from the calling thread. */
    public InstallationSteps(InstallationRequest request, Programs programs, Consumer<Progress> progress) {
        this(request, programs, progress, HttpsDownload.usual());
    }

    /** The same with another way to files elsewhere. */
    InstallationSteps(
            InstallationRequest request, Programs programs, Consumer<Progress> progress, HttpsDownload download) {
        this.request = request;
        this.programs = programs;
        this.progress = progress;
        this.download = download;
    }

    /**
     * Checks that we are root and that the programs are there.
     *
     * @throws Refusal HOST_UNUSABLE
     */
    public void requireTools(String searchPath) {
        InstallationTools.requireRoot();
        InstallationTools.require(searchPath);
        tell("programs: all there");
    }

    /**
     * Makes the data directory.
     *
     * @throws Refusal BAD_INPUT, FAILED
     */
    public InstallationDirectory installDirectory() {
        InstallationDirectory directory = InstallationDirectory.ensure(request);
        tell("data directory: " + request.dataDirectory());
        return directory;
    }

    /**
     * Makes the SSH key.
     *
     * @throws Refusal FAILED
     */
    public void installKey(InstallationDirectory directory, InstallationGuestParts parts) {
        attempt("make the SSH key", () -> {
            parts.ensureClientKey(directory.resolve(InstallationDirectory.SSH));
            directory.handKeyToOwner();
            tell("SSH key: there");
            return true;
        });
    }

    /**
     * Makes kernel and base initramfs, or takes them from the cache.
     *
     * @return what is installed now
     * @throws Refusal FAILED
     */
    public InstallationRecord installKernel(InstallationDirectory directory, InstallationGuestParts parts) {
        return attempt("prepare the guest's kernel", () -> {
            String release = ArchiveAccess.releaseOf(Path.of("/"));
            String inputs = InstallationAssets.sha256(String.join(
                    "\n", "kernel " + VERSION, release, parts.packages().toString(), parts.inputsHash()));
            Path target = directory.resolve(InstallationDirectory.KERNEL);
            Optional<InstallationRecord> present = InstallationAssets.find(target, inputs);
            if (present.isPresent()) {
                tell("kernel " + present.get().version() + " and initramfs: already there");
                return present.get();
            }
            return obtain("kernel-" + inputs, inputs, target, () -> buildKernel(directory, parts, inputs, target));
        });
    }

    /**
     * Fetches Firecracker and its jailer, if they are wished for.
     *
     * @throws Refusal BAD_INPUT, FAILED when they are required
     */
    public void installFirecracker(InstallationDirectory directory) {
        switch (request.firecracker()) {
            case FirecrackerWish.None none -> tell("Firecracker: not needed, " + none.why());
            case FirecrackerWish.IfPossible _ -> {
                try {
                    installFirecracker(directory, Optional.empty(), Optional.empty());
                } catch (Refusal e) {
                    tell("Firecracker: not there, so machines run with QEMU. " + e.sentence()
                            + " Without a network: sudo sistemo install --firecracker FILE");
                }
            }
            case FirecrackerWish.Required(Optional<String> place, Optional<String> sha256) ->
                installFirecracker(directory, place, sha256);
        }
    }

    private void installFirecracker(InstallationDirectory directory, Optional<String> place, Optional<String> sha256) {
        FirecrackerRelease release = FirecrackerRelease.pinned(System.getProperty("os.arch", ""))
                .orElseThrow(() -> new Refusal(
                        RefusalCode.HOST_UNUSABLE, "There is no Firecracker for this processor; QEMU is used."));
        String wanted = sha256.orElse(release.sha256());
        Path target = directory.resolve(InstallationDirectory.PROGRAMS);
        InstallationRecord installed = attempt("prepare Firecracker", () -> {
            // What a user chose stays until the user chooses something else.
            Optional<InstallationRecord> present =
                    place.isEmpty() ? InstallationAssets.find(target) : InstallationAssets.find(target, wanted);
            if (present.isPresent()) {
                return present.get();
            }
            FirecrackerArchive archive = new FirecrackerArchive(programs, download, release);
            String from = place.orElse(release.address().toString());
            return obtain(
                    "firecracker-" + wanted, wanted, target, () -> fetch(directory, archive, from, wanted, target));
        });
        tell("Firecracker " + installed.version() + " and its jailer: there");
    }

    private InstallationRecord fetch(
            InstallationDirectory directory, FirecrackerArchive archive, String from, String sha256, Path target)
            throws IOException {
        try (Workspace workspace = Workspace.open(directory.resolve(InstallationDirectory.BUILD))) {
            Path file = workspace.path("firecracker.tgz");
            archive.obtain(
                    from, sha256, file, percent -> progress.accept(Progress.of("Firecracker: fetching", percent)));
            Path unpacked = Files.createDirectory(workspace.path("firecracker"));
            String version = archive.unpack(file, unpacked);
            Files.deleteIfExists(target.resolve(InstallationAssets.RECORD));
            Map<String, String> digests = new HashMap<>();
            for (String program : FirecrackerArchive.PROGRAMS) {
                digests.put(program, moved(unpacked.resolve(program), target.resolve(program)));
            }
            return new InstallationRecord(sha256, "upstream", version, Map.of(), digests);
        }
    }

    /**
     * Prepares the image that was asked for: builds it, takes it from the cache, or imports the file; then records it.
     *
     * @throws Refusal NOT_FOUND, BAD_INPUT, DISK_FULL, FAILED
     */
    public ImageFile installImage(InstallationDirectory directory, InstallationImages images) {
        ImageReference reference = ImageReference.parse(request.image());
        Optional<ImageFile> present = images.find(reference.tag());
        if (present.isPresent()) {
            tell("image " + reference.tag() + ": already there");
            return present.get();
        }
        ImageFiles store =
                new ImageFiles(new LinuxDisks(), new LinuxFiles(), directory.resolve(InstallationDirectory.IMAGES));
        store.partialImports().forEach(store::deletePartialImport);
        ImageFile image = attempt("prepare the image " + reference.tag(), () -> switch (reference) {
            case ImageReference.Built built -> installDebian(directory, store, images);
            case ImageReference.OfFile file -> imported(store, file.path().toAbsolutePath(), images);
        });
        images.record(reference.tag(), request.image(), image);
        tell("image " + reference.tag() + ": ready");
        return image;
    }

    private InstallationRecord buildKernel(
            InstallationDirectory directory, InstallationGuestParts parts, String inputs, Path target)
            throws IOException {
        try (Workspace workspace = Workspace.open(directory.resolve(InstallationDirectory.BUILD))) {
            Path tree = workspace.path("packages");
            DistributionArchive archive = archive();
            SortedMap<String, String> versions = archive.extract(parts.packages(), tree, told("kernel"));
            Path vmlinuz = requireKernel(tree.resolve("boot"));
            String release = String.valueOf(vmlinuz.getFileName()).substring(VMLINUZ_PREFIX.length());
            tell("kernel: unpacking " + release);
            parts.extractKernel(vmlinuz, workspace.path(VMLINUX));
            tell("initramfs: building");
            parts.buildInitramfs(tree, release, workspace.path(INITRAMFS));
            Files.deleteIfExists(target.resolve(InstallationAssets.RECORD));
            Map<String, String> digests = Map.of(
                    VMLINUX, moved(workspace.path(VMLINUX), target.resolve(VMLINUX)),
                    INITRAMFS, moved(workspace.path(INITRAMFS), target.resolve(INITRAMFS)));
            return new InstallationRecord(inputs, archive.release(), release, versions, digests);
        }
    }

    private ImageFile installDebian(InstallationDirectory directory, ImageFiles store, InstallationImages images)
            throws IOException {
        String release = ArchiveAccess.releaseOf(Path.of("/"));
        String inputs = InstallationAssets.sha256(DebianImage.recipe(release));
        try (Workspace workspace = Workspace.open(directory.resolve(InstallationDirectory.BUILD))) {
            Path target = workspace.path("image");
            Files.createDirectory(target);
            obtain("debian-" + inputs, inputs, target, () -> {
                DistributionArchive archive = archive();
                Path built = new DebianImage(programs, archive).build(workspace, told("image debian"));
                String digest = moved(built, target.resolve(ROOT_FILESYSTEM));
                return new InstallationRecord(inputs, release, release, Map.of(), Map.of(ROOT_FILESYSTEM, digest));
            });
            return imported(store, target.resolve(ROOT_FILESYSTEM), images);
        }
    }

    /** Takes a set of files from the cache, or builds it and puts it there. */
    private InstallationRecord obtain(String name, String inputs, Path target, Build build) throws IOException {
        if (request.cache().isPresent()) {
            InstallationAssets.ensureCache(request.cache().get());
            Path cached = request.cache().get().resolve(name);
            Optional<InstallationRecord> record = InstallationAssets.find(cached, inputs);
            if (record.isPresent()) {
                InstallationAssets.transfer(cached, target, record.get());
                tell("taken from the cache " + request.cache().get());
                return record.get();
            }
            Directories.delete(cached);
        }
        InstallationRecord record = build.run();
        InstallationAssets.seal(target, record);
        if (request.cache().isPresent()) {
            InstallationAssets.putInto(request.cache().get(), name, target, record);
        }
        return record;
    }

    private ImageFile imported(ImageFiles store, Path file, InstallationImages images) {
        return store.importFile(
                file,
                OperationId.random().toString(),
                progress,
                () -> Thread.currentThread().isInterrupted(),
                images::intend);
    }

    private DistributionArchive archive() {
        return new DistributionArchive(programs, ArchiveAccess.ofHost(programs));
    }

    private static String moved(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        return InstallationAssets.sha256(to);
    }

    private static Path requireKernel(Path boot) throws IOException {
        try (DirectoryStream<Path> kernels = Files.newDirectoryStream(boot, VMLINUZ_PREFIX + "*")) {
            for (Path kernel : kernels) {
                if (Files.isRegularFile(kernel, LinkOption.NOFOLLOW_LINKS)) {
                    return kernel;
                }
            }
        }
        throw new IOException("the kernel package has no " + VMLINUZ_PREFIX + " file");
    }

    private Consumer<Progress> told(String what) {
        return step -> progress.accept(new Progress(what + ": " + step.phase(), step.percent()));
    }

    private void tell(String phase) {
        progress.accept(Progress.of(phase));
    }

    private static <T> T attempt(String what, Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new Refusal(RefusalCode.FAILED, "Cannot " + what + ": " + IoReason.of(e) + ".", e);
        } catch (HostException e) {
            throw new Refusal(RefusalCode.FAILED, "Cannot " + what + ": " + e.getMessage() + ".", e);
        }
    }

    /** Work that may fail to read or write. */
    private interface Work<T> {
        T run() throws IOException;
    }

    /** Puts files into a directory and says what they are. */
    private interface Build {
        InstallationRecord run() throws IOException;
    }
}
