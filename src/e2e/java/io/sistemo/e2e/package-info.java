/**
 * The whole program with real guests, in private hosts: what a user sees, and what is left when it is over.
 */
@NullMarked
package io.sistemo.e2e;

import org.jspecify.annotations.NullMarked;
