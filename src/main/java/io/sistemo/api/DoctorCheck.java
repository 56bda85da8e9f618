package io.sistemo.api;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * One line of the doctor.
 *
 * @param name what was looked at
 * @param ok whether it is as it should be
 * @param detail what was found
 * @param fix what to do when it is not ok
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record DoctorCheck(
        String name,
        boolean ok,
        @Nullable String detail,
        @Nullable String fix) {}
