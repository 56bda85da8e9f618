package io.sistemo.api;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a daemon listens.
 *
 * @param secure whether it speaks TLS
 * @param host name or address, without brackets
 * @param port TCP port
 */
public record DaemonAddress(boolean secure, String host, int port) {
    /** Where a daemon with the default configuration listens. */
    public static final DaemonAddress DEFAULT = new DaemonAddress(false, "127.0.0.1", 7777);

    /**
     * Reads an {@code http} or {@code https} URL that names a host, perhaps a port, and nothing else.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static DaemonAddress parse(String url) {
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("\"" + url + "\" is not a URL; for example " + DEFAULT + ".", e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException(
                    "\"" + url + "\" is not an http or https URL; for example " + DEFAULT + ".");
        }
        String host = uri.getHost();
        String path = uri.getPath();
        if (host == null
                || uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || !(path == null || path.isEmpty() || path.equals("/"))) {
            throw new IllegalArgumentException(
                    "\"" + url + "\" must be a scheme, a host and a port only; for example " + DEFAULT + ".");
        }
        boolean secure = scheme.equals("https");
        int port = uri.getPort() == -1 ? (secure ? 443 : 80) : uri.getPort();
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("\"" + url + "\" has no port between 1 and 65535.");
        }
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return new DaemonAddress(secure, bracketed ? host.substring(1, host.length() - 1) : host, port);
    }

    /** Host and port as in a {@code Host} header. */
    public String authority() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** The URL. */
    @Override
    public String toString() {
        return (secure ? "https://" : "http://") + authority();
    }
}
