/**
 * Virtual machine monitors: one small interface, with what each can do declared in a record.
 */
@NullMarked
package io.sistemo.vmm;

import org.jspecify.annotations.NullMarked;
