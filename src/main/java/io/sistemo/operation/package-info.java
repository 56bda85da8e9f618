/**
 * Operations that users see: their progress, how they end, and the audit log that they form.
 */
@NullMarked
package io.sistemo.operation;

import org.jspecify.annotations.NullMarked;
