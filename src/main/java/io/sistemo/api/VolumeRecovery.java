package io.sistemo.api;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * Answer of {@code POST /volumes/recover}.
 *
 * @param adopted volumes whose disk had no row, and has one now
 * @param grown volumes whose disk was larger than known
 * @param problems sentences about what was left as it is
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record VolumeRecovery(List<Volume> adopted, List<Volume> grown, List<String> problems) {}
