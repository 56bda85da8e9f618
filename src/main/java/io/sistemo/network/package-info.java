/**
 * Address leases, the wiring of one machine, and the rendering of the firewall.
 */
@NullMarked
package io.sistemo.network;

import org.jspecify.annotations.NullMarked;
