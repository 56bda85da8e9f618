package io.sistemo.api;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * Answer of {@code GET /system/doctor}.
 *
 * @param checks in the order in which they were made
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record DoctorReport(List<DoctorCheck> checks) {}
