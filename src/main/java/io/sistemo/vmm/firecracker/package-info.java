/**
 * Firecracker, under its jailer, told over its API socket what to run. Which request is legal in which phase is a type:
 * {@link io.sistemo.vmm.firecracker.ApiRequest}.
 */
@NullMarked
package io.sistemo.vmm.firecracker;

import org.jspecify.annotations.NullMarked;
