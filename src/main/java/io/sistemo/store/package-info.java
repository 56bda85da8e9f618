/**
 * The database: one file, one writer, transactions and forward-only migrations.
 */
@NullMarked
package io.sistemo.store;

import org.jspecify.annotations.NullMarked;
