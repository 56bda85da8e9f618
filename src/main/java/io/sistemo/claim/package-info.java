/**
 * The ledger of everything that is held on the host, and the contract by which it is taken and given back.
 */
@NullMarked
package io.sistemo.claim;

import org.jspecify.annotations.NullMarked;
