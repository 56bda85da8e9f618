/**
 * Images: the content-addressed store, and how {@code debian} is built.
 */
@NullMarked
package io.sistemo.image;

import org.jspecify.annotations.NullMarked;
