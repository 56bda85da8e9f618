package io.sistemo.api;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * Answer of {@code GET /audit-log}.
 *
 * @param entries newest first
 * @param total number of entries that match, beyond this page too
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record AuditLog(List<AuditEntry> entries, long total) {}
