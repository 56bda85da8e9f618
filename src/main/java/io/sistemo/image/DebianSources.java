package io.sistemo.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads apt's two forms of sources, keeps what is Debian's own, and writes that again. The forms are those of {@code
 * sources.list(5)}. What an entry says about trust ({@code Trusted: yes}, its own key) is never taken over.
 */
final class DebianSources {
    private static final Pattern ONE_LINE = Pattern.compile("deb\\s+(?:\\[([^\\]]*)\\]\\s+)?(\\S+)\\s+(\\S+)\\s+(.+)");
    private static final Pattern DEBIAN_PLACE =
            Pattern.compile(".*(\\bdebian\\.org|/debian(-security)?(-debug)?)(/.*)?$", Pattern.CASE_INSENSITIVE);
    private static final Pattern DEBIAN_KEYRING =
            Pattern.compile("(/.*/)?debian-archive-[a-z-]*keyring\\.(gpg|pgp|asc)");

    private DebianSources() {}

    /** The entries of a {@code .sources} file (deb822) that are enabled and have binary packages. */
    static List<DebianSource> parseDeb822(String text) {
        List<DebianSource> sources = new ArrayList<>();
        for (String stanza : withoutComments(text).split("\n\\s*\n", -1)) {
            parseStanza(fields(stanza)).ifPresent(sources::add);
        }
        return sources;
    }

    /** The entries of a {@code .list} file (one line each) that have binary packages. */
    static List<DebianSource> parseOneLine(String text) {
        List<DebianSource> sources = new ArrayList<>();
        for (String line : text.lines().toList()) {
            Matcher entry = ONE_LINE.matcher(line.replaceFirst("#.*", "").strip());
            if (entry.matches()) {
                sources.add(new DebianSource(
                        List.of(entry.group(2)),
                        List.of(entry.group(3)),
                        words(entry.group(4)),
                        signedBy(Optional.ofNullable(entry.group(1)).orElse(""))));
            }
        }
        return sources;
    }

    /**
     * Those entries that are Debian's own for a release: from Debian's archive or a mirror of it, checked by Debian's keys,
     * with this release's suites (and its updates, not backports) and the main component only.
     */
    static List<DebianSource> ownOf(String release, List<DebianSource> sources) {
        List<String> wanted = List.of(release, release + "-updates", release + "-security", release + "/updates");
        List<DebianSource> own = new ArrayList<>();
        for (DebianSource source : sources) {
            List<String> suites =
                    source.suites().stream().filter(wanted::contains).toList();
            if (!suites.isEmpty() && source.components().contains("main") && isDebians(source)) {
                own.add(new DebianSource(source.uris(), suites, List.of("main"), source.signedBy()));
            }
        }
        return own;
    }

    /** Whether the release itself is among the entries, and not only its updates. */
    static boolean hasRelease(String release, List<DebianSource> sources) {
        return sources.stream().anyMatch(source -> source.suites().contains(release));
    }

    /** Debian's own addresses for a release. */
    static List<DebianSource> official(String release) {
        return List.of(
                new DebianSource(
                        List.of("http://deb.debian.org/debian"),
                        List.of(release, release + "-updates"),
                        List.of("main"),
                        ""),
                new DebianSource(
                        List.of("http://deb.debian.org/debian-security"),
                        List.of(release + "-security"),
                        List.of("main"),
                        ""));
    }

    /** The entries as a {@code .sources} file, all to be checked by one keyring. */
    static String render(List<DebianSource> sources, String keyring) {
        StringBuilder text = new StringBuilder();
        for (DebianSource source : sources) {
            text.append("Types: deb\nURIs: ")
                    .append(String.join(" ", source.uris()))
                    .append("\nSuites: ")
                    .append(String.join(" ", source.suites()))
                    .append("\nComponents: ")
                    .append(String.join(" ", source.components()))
                    .append("\nSigned-By: ")
                    .append(keyring)
                    .append("\n\n");
        }
        return text.toString();
    }

    private static boolean isDebians(DebianSource source) {
        if (source.uris().stream().anyMatch(uri -> uri.startsWith("cdrom:"))) {
            return false;
        }
        return source.signedBy().isEmpty()
                ? source.uris().stream()
                        .allMatch(uri -> DEBIAN_PLACE.matcher(uri).matches())
                : DEBIAN_KEYRING.matcher(source.signedBy()).matches();
    }

    private static Optional<DebianSource> parseStanza(Map<String, String> fields) {
        boolean enabled = !List.of("no", "false", "off", "0")
                .contains(fields.getOrDefault("enabled", "yes").toLowerCase(Locale.ROOT));
        List<String> uris = words(fields.getOrDefault("uris", ""));
        if (!enabled
                || uris.isEmpty()
                || !words(fields.getOrDefault("types", "")).contains("deb")) {
            return Optional.empty();
        }
        return Optional.of(new DebianSource(
                uris,
                words(fields.getOrDefault("suites", "")),
                words(fields.getOrDefault("components", "")),
                fields.getOrDefault("signed-by", "")));
    }

    private static Map<String, String> fields(String stanza) {
        Map<String, String> fields = new HashMap<>();
        String name = "";
        for (String line : stanza.lines().toList()) {
            if (line.startsWith(" ") || line.startsWith("\t")) {
                fields.merge(name, line.strip(), (before, more) -> (before + " " + more).strip());
            } else if (line.contains(":")) {
                int colon = line.indexOf(':');
                name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                fields.put(name, line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    private static String withoutComments(String text) {
        return text.replaceAll("(?m)^#.*\n?", "");
    }

    private static String signedBy(String options) {
        return words(options).stream()
                .filter(option -> option.toLowerCase(Locale.ROOT).startsWith("signed-by="))
                .map(option -> option.substring("signed-by=".length()))
                .findFirst()
                .orElse("");
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
