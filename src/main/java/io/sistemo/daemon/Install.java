package io.sistemo.daemon;

import io.sistemo.host.BootId;
import io.sistemo.host.LinuxPrograms;
import io.sistemo.image.Progress;
import io.sistemo.operation.Refusal;
import io.sistemo.operation.RefusalCode;
import io.sistemo.store.DataDirectory;
import io.sistemo.vmm.qemu.KvmProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code sistemo install}, wired. */
final class Install {
    private static final int TOLD_PERCENT = 10;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private Install() {}

    /**
     * Prepares a data directory, whole.
     *
     * @throws Refusal with the one line that says why it cannot
     */
    static int run(
            Path dataDirectory,
            String image,
            Optional<String> firecracker,
            Optional<String> sha256,
            Map<String, String> environment) {
        InstallationRequest request = InstallationRequest.of(
                dataDirectory, image, wish(dataDirectory, firecracker, sha256, environment), environment);
        installation(environment).run(request, Install::tell);
        System.out.println("installed in " + request.dataDirectory());
        return 0;
    }

    private static FirecrackerWish wish(
            Path dataDirectory, Optional<String> place, Optional<String> sha256, Map<String, String> environment) {
        Configuration configuration = Configuration.load(new DataDirectory(dataDirectory).configuration(), environment);
        boolean isElsewhere =
                configuration.path(ConfigurationKey.FIRECRACKER_PATH).isPresent()
                        && configuration.path(ConfigurationKey.JAILER_PATH).isPresent();
        if (place.isEmpty() && sha256.isEmpty() && isElsewhere) {
            return new FirecrackerWish.None("firecracker_path and jailer_path say where it is");
        }
        return FirecrackerWish.of(
                place, sha256, configuration.get(ConfigurationKey.HYPERVISOR).text(), KvmProbe.look());
    }

    /** Prepares all but the image. */
    static void parts(Path dataDirectory, Map<String, String> environment, Consumer<Progress> progress) {
        FirecrackerWish firecracker = wish(dataDirectory, Optional.empty(), Optional.empty(), environment);
        installation(environment)
                .runWithoutImage(InstallationRequest.of(dataDirectory, "debian", firecracker, environment), progress);
    }

    private static Installation installation(Map<String, String> environment) {
        LinuxPrograms programs = new LinuxPrograms();
        return new Installation(
                programs,
                new GuestParts(programs),
                path -> StoredImages.open(new DataDirectory(path), bootId()),
                environment.getOrDefault("PATH", ""));
    }

    private static BootId bootId() {
        try {
            return new BootId(Files.readString(BOOT_ID).strip());
        } catch (IOException e) {
            throw new Refusal(RefusalCode.HOST_UNUSABLE, "The boot id cannot be read: is /proc mounted?", e);
        }
    }

    /** A tenth at a time: this may end in a log. */
    private static void tell(Progress progress) {
        if (progress.percent().isEmpty()) {
            System.err.println(progress.phase());
        } else if (progress.percent().getAsInt() % TOLD_PERCENT == 0) {
            System.err.println(progress.phase() + " " + progress.percent().getAsInt() + "%");
        }
    }
}
