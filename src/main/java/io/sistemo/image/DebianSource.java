package io.sistemo.image;

import java.util.List;

/**
 * One entry of an apt sources file.
 *
 * @param uris where the archive is
 * @param suites releases and their updates, as in {@code trixie} and {@code trixie-updates}
 * @param components parts of the archive, as in {@code main}
 * @param signedBy the keyring that the entry names; empty when it names none
 */
public record DebianSource(List<String> uris, List<String> suites, List<String> components, String signedBy) {
    /** Copies the lists. */
    public DebianSource {
        uris = List.copyOf(uris);
        suites = List.copyOf(suites);
        components = List.copyOf(components);
    }
}
