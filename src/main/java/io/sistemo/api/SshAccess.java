package io.sistemo.api;

import io.avaje.jsonb.Json;

/**
 * Answer of {@code GET /machines/{id}/ssh}: all that the {@code ssh} command needs on the daemon's host.
 *
 * @param host IPv4 address
 * @param port TCP port of our own sshd in the guest
 * @param user to log in as
 * @param hostKey the guest's public key in known_hosts form: type and base64
 * @param keyPath absolute path of the private key
 * @param knownHostsPath absolute path of a known_hosts file that holds the host key
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record SshAccess(String host, int port, String user, String hostKey, String keyPath, String knownHostsPath) {}
