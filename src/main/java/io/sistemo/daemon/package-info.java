/**
 * Configuration, wiring by hand, and the order in which things start and stop; also the offline commands that prepare and\n * check a data directory.
 */
@NullMarked
package io.sistemo.daemon;

import org.jspecify.annotations.NullMarked;
