/**
 * QEMU's {@code microvm} machine, with KVM where a probe shows that it boots guests, else with software emulation.
 */
@NullMarked
package io.sistemo.vmm.qemu;

import org.jspecify.annotations.NullMarked;
