/**
 * Routes, event streams and WebSockets: translates between the wire and the domain, and decides nothing.
 */
@NullMarked
package io.sistemo.server;

import org.jspecify.annotations.NullMarked;
