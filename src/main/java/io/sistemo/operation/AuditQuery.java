package io.sistemo.operation;

import java.util.Optional;

/**
 * Which part of the audit log is asked for.
 *
 * @param limit at most so many operations
 * @param offset after leaving out so many of the newest
 * @param action only this action
 * @param target only what concerns the thing with this id or name
 */
public record AuditQuery(int limit, int offset, Optional<String> action, Optional<String> target) {}
