import { createHash } from "node:crypto";
import path from "node:path";
import { ROW_FIELDS, TOTAL_FIELDS } from "../sources/insights/fields.ts";
import { createDayCache } from "../backfill/day-cache.ts";
import { throwFileProblem } from "../backfill/file-problem.ts";
import type { Caches } from "../backfill/learn.ts";
import type { Scope } from "../backfill/questions.ts";
import type { Config, WorkspaceConfig } from "../config/config.ts";
import { legacyDayOfParts, partsOfLegacyDay } from "../sources/legacy/stored.ts";
import { type Files, LEFTOVER_MS, makeDirectory, removeLeftovers } from "../storage/files.ts";
import { splitNotes, withNotes } from "../answers/notes.ts";
import { boundOf } from "../storage/restart-cache.ts";
import { partsOfStats, statsOfParts } from "../sources/insights/stored.ts";
import type { BackfillOptions } from "./backfill-options.ts";
import type { Host } from "./host.ts";

/** Of everything that shapes the answers that are kept. */
function fingerprintOf(workspace: string, config: WorkspaceConfig, { people }: Config, { exact }: Scope): string {
  const { api, projects, labelers: only, totals } = config;
  const bound = {
    workspace,
    url: api.url,
    endDate: api.endDate,
    projects,
    only,
    totals: exact ? totals : [],
    ...boundOf(people),
    // A field that was unknown when an answer was kept is not in it: such days are asked again.
    fields: [Object.keys(ROW_FIELDS), Object.keys(TOTAL_FIELDS)],
  };
  return createHash("sha256").update(JSON.stringify(bound)).digest("hex");
}

async function makeCache(directory: string, cache: string, files: Files): Promise<void> {
  await makeDirectory(directory, files).catch((error: unknown) => throwFileProblem("--cache", cache, error));
}

/**
 * Makes the directory of `--cache`.
 * @throws ConfigError when files cannot be written to it
 */
export async function openCacheRoot(cache: string, files: Files): Promise<void> {
  await makeCache(cache, cache, files);
}

/**
 * Opens the directory in which answers about a workspace are kept, one for each configuration that shapes them.
 * @throws ConfigError when it cannot be made
 */
export async function openCaches(
  workspace: string,
  config: Config,
  chosen: WorkspaceConfig,
  options: BackfillOptions,
  { files, stderr }: Host,
): Promise<Caches> {
  const fingerprint = fingerprintOf(workspace, chosen, config, options.scope);
  const directory = path.join(options.cache, `${encodeURIComponent(workspace)}-${fingerprint.slice(0, 12)}`);
  await makeCache(directory, options.cache, files);
  await removeLeftovers(`${directory}/`, LEFTOVER_MS, files).catch(() => undefined);
  const onRefused = (file: string, why: string) => stderr.write(`${file} ${why}; it is asked again\n`);
  const [place, kept] = [{ directory, fingerprint, files, onRefused }, config.people];
  return {
    stats: createDayCache(place, {
      kind: "stats",
      toParts: ({ stats, notes }) => withNotes(partsOfStats(stats, kept), notes),
      fromParts: (parts) => {
        const { notes, parts: statsParts } = splitNotes(parts);
        return { stats: statsOfParts(statsParts), notes };
      },
    }),
    legacy: createDayCache(place, {
      // It is asked in milliseconds: where a day begins decides what is answered.
      kind: `legacy.${encodeURIComponent(chosen.poll.timezone)}`,
      toParts: (day) => partsOfLegacyDay(day, kept),
      fromParts: legacyDayOfParts,
    }),
  };
}
