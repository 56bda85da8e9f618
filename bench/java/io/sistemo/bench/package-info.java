/**
 * Benchmarks of what is promised about speed. Each measures us and a reference in the same run and prints the ratio, so that
 * the machine's own speed does not matter. Not tests: nothing fails by the clock.
 */
package io.sistemo.bench;
