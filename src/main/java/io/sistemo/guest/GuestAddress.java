package io.sistemo.guest;

import java.net.InetSocketAddress;

/**
 * Where a guest's own sshd listens, and the key that it must show.
 *
 * @param socket address and port
 * @param hostKey what the guest must prove to hold
 */
public record GuestAddress(InetSocketAddress socket, HostKey.Public hostKey) {}
