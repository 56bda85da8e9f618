/**
 * What is put in front of a guest's boot, and how the daemon talks to a guest: readiness, commands and shutdown over SSH.
 */
@NullMarked
package io.sistemo.guest;

import org.jspecify.annotations.NullMarked;
