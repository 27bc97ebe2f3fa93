import type { LegacyStats, TimeRange } from "../../src/sources/legacy/fields.ts";
import { parseLegacyInSteps } from "../../src/sources/legacy/parse.ts";
import { inOneGo } from "../../src/steps.ts";

/** Reads an answer of the legacy endpoint, without letting others have the event loop. */
export function parseLegacy(json: unknown, range: TimeRange): LegacyStats {
  return inOneGo(parseLegacyInSteps(json, range));
}
