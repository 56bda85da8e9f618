/**
 * The wire: records, error codes, and the client that the command line speaks with.
 */
@NullMarked
package io.sistemo.api;

import org.jspecify.annotations.NullMarked;
