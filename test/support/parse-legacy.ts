import type { LegacyStats, TimeRange } from "../../src/api/legacy.ts";
import { parseLegacyInSteps } from "../../src/api/parse-legacy.ts";
import { inOneGo } from "../../src/steps.ts";

/** Reads an answer of the legacy endpoint, without letting others have the event loop. */
export function parseLegacy(json: unknown, range: TimeRange): LegacyStats {
  return inOneGo(parseLegacyInSteps(json, range));
}
