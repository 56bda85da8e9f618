package io.sistemo.access;

/**
 * Who may call.
 *
 * @param uid the user whose socket the request came through
 */
public record Caller(long uid) {}
