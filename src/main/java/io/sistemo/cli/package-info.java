/**
 * Commands, tables, progress and exit codes: a thin client of the daemon's API over loopback TCP. May start {@code ssh} and
 * {@code stty}, and nothing else.
 */
@NullMarked
package io.sistemo.cli;

import org.jspecify.annotations.NullMarked;
