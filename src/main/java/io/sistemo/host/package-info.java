/**
 * The only place that starts processes or calls the kernel.
 */
@NullMarked
package io.sistemo.host;

import org.jspecify.annotations.NullMarked;
