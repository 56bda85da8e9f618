/**
 * Machines: what each should be, what is held for it on the host, the pure planner between the two, and one serial driver each.
 */
@NullMarked
package io.sistemo.machine;

import org.jspecify.annotations.NullMarked;
