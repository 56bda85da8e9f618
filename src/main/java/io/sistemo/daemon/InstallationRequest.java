package io.sistemo.daemon;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code sistemo install} is asked to do.
 *
 * @param dataDirectory absolute
 * @param image name of the image to prepare, or the path of an ext4 file
 * @param firecracker whether that is prepared too
 * @param cache where prepared files are taken from and put for the next data directory, if anywhere
 * @param callingUser uid of the user who ran it through sudo
 * @param callingGroup gid of that user
 */
public record InstallationRequest(
        Path dataDirectory,
        String image,
        FirecrackerWish firecracker,
        Optional<Path> cache,
        OptionalLong callingUser,
        OptionalLong callingGroup) {
    /** Names a directory that several data directories share their kernel, initramfs and image through. */
    public static final String CACHE_VARIABLE = "SISTEMO_ASSET_CACHE";

    /** With the cache and the calling user as the environment has them. */
    public static InstallationRequest of(
            Path dataDirectory, String image, FirecrackerWish firecracker, Map<String, String> environment) {
        return new InstallationRequest(
                dataDirectory.toAbsolutePath().normalize(),
                image,
                firecracker,
                Optional.ofNullable(environment.get(CACHE_VARIABLE))
                        .filter(path -> !path.isBlank())
                        .map(path -> Path.of(path).toAbsolutePath()),
                number(environment.get("SUDO_UID")),
                number(environment.get("SUDO_GID")));
    }

    private static OptionalLong number(@org.jspecify.annotations.Nullable String text) {
        return text != null && text.matches("[0-9]{1,10}")
                ? OptionalLong.of(Long.parseLong(text))
                : OptionalLong.empty();
    }
}
