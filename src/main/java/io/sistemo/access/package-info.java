/**
 * Who is calling: the peer's identity from the kernel's socket table, and the checks that keep web pages out.
 */
@NullMarked
package io.sistemo.access;

import org.jspecify.annotations.NullMarked;
