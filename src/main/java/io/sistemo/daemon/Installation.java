package io.sistemo.daemon;

import io.sistemo.host.Programs;
import io.sistemo.image.Progress;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * {@code sistemo install}: prepares a data directory, so that a daemon on it needs no network to deploy. May be run again at
 * any time; what is there is left alone.
 */
public final class Installation {
    private final Programs programs;
    private final InstallationGuestParts parts;
    private final Function<Path, InstallationImages> lockAndOpen;
    private final String searchPath;

    /**
     * An installation.
     *
     * @param lockAndOpen takes the lock of a data directory, opens its database and answers with what knows the images; closing
     *     that gives both back. Refuses while a daemon runs
     * @param searchPath where programs are looked for: the value of PATH
     */
    public Installation(
            Programs programs,
            InstallationGuestParts parts,
            Function<Path, InstallationImages> lockAndOpen,
            String searchPath) {
        this.programs = programs;
        this.parts = parts;
        this.lockAndOpen = lockAndOpen;
        this.searchPath = searchPath;
    }

    /**
     * Runs all steps, in the calling thread.
     *
     * @param progress told what is being done, at least when a step begins or was not needed
     * @throws io.sistemo.operation.Refusal when a step cannot be done; the next run goes on there
     */
    public void run(InstallationRequest request, Consumer<Progress> progress) {
        run(request, progress, true);
    }

    /** The same without the image, for a daemon that starts on an empty directory. */
    public void runWithoutImage(InstallationRequest request, Consumer<Progress> progress) {
        run(request, progress, false);
    }

    private void run(InstallationRequest request, Consumer<Progress> progress, boolean withImage) {
        InstallationSteps steps = new InstallationSteps(request, programs, progress);
        steps.requireTools(searchPath);
        InstallationDirectory directory = steps.installDirectory();
        try (InstallationImages images = lockAndOpen.apply(request.dataDirectory())) {
            steps.installKey(directory, parts);
            steps.installKernel(directory, parts);
            steps.installFirecracker(directory);
            if (withImage) {
                steps.installImage(directory, images);
            }
        }
    }
}
