/**
 * Disks as first-class things: rows, files and sidecars.
 */
@NullMarked
package io.sistemo.volume;

import org.jspecify.annotations.NullMarked;
