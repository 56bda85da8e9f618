package io.sistemo.operation;

import java.util.List;

/**
 * A part of the audit log, which the operations form.
 *
 * @param operations newest first
 * @param total how many match, on all pages
 */
public record AuditPage(List<Operation> operations, long total) {
    /** Copies the list. */
    public AuditPage {
        operations = List.copyOf(operations);
    }
}
