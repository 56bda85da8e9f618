package io.sistemo.daemon;

import io.avaje.jsonb.Json;
import java.util.Map;

/**
 * What was installed for guests to boot, as {@code kernel/versions.json}.
 *
 * @param inputsHash of all that decided what was built, but for the packages' versions
 * @param distributionRelease codename of the release that the packages are from
 * @param version of what the files are: the kernel's as {@code uname -r} prints it in a guest, or the image's release
 * @param packageVersions of the packages that the files were made from, by name
 * @param sha256ByFile of the files beside this one, in hexadecimal, by name
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record InstallationRecord(
        String inputsHash,
        String distributionRelease,
        String version,
        Map<String, String> packageVersions,
        Map<String, String> sha256ByFile) {

    /** Copies the maps. */
    public InstallationRecord {
        packageVersions = new java.util.TreeMap<>(packageVersions);
        sha256ByFile = new java.util.TreeMap<>(sha256ByFile);
    }
}
