package io.sistemo.network;

import java.util.Optional;

/**
 * What a user asks for, not checked yet.
 *
 * @param name of the network
 * @param subnet its addresses; empty: some that are free
 * @param bridge its bridge's name; empty: made of the network's
 */
public record NetworkSpec(String name, Optional<String> subnet, Optional<String> bridge) {}
