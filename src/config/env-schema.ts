import type { z } from "zod";
import { cronReader } from "./cron.ts";
import { readInterval } from "./interval.ts";
import { readSlug, readText, readUrl } from "./readers.ts";
import { bad, good, type Reader } from "./reading.ts";
import { key, mapping, reading } from "./schema-parts.ts";
import { type SchemaDeps, windowList } from "./settings.ts";
import { showPath, showSecret, showUrl } from "./show.ts";

const EMPTY = bad("is empty; unset it or give a value");

function isList(written: unknown): written is readonly unknown[] {
  return Array.isArray(written);
}

/** Variables set to nothing are mostly a mistake in a compose file or a chart, so they are told apart from unset. */
function variable<T>(read: Reader<T>) {
  return reading((written) => (written === "" ? EMPTY : read(written)));
}

/** The variables that are set, with `WINDOWS` already taken apart. */
export function envDocument(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, unknown>> {
  const names = Object.keys(envSchema({ isCronExpression: () => true, knownMetrics: [] }).shape);
  const given = names.flatMap((name): (readonly [string, unknown])[] => {
    const text = env[name];
    if (text === undefined) return [];
    return [[name, name === "WINDOWS" && text !== "" ? text.split(",").map((part) => part.trim()) : text]];
  });
  return Object.fromEntries(given);
}

/** The environment, as far as it is ours. */
export function envSchema({ isCronExpression }: SchemaDeps) {
  const parts = reading<readonly unknown[]>((written) => (isList(written) ? good(written) : EMPTY));
  return mapping({
    ROBOFLOW_API_KEY: key(variable(readText), {
      type: "text",
      meaning: "The key, when at most one workspace is configured",
      show: showSecret,
    }),
    ROBOFLOW_API_KEY_FILE: key(variable(readText), {
      type: "path",
      meaning: "File with the key; not together with `ROBOFLOW_API_KEY`",
      show: showPath,
    }),
    ROBOFLOW_WORKSPACE: key(variable(readSlug), {
      type: "slug",
      default: "asked of the API",
      meaning: "The workspace, when at most one is configured",
    }),
    ROBOFLOW_API_URL: key(variable(readUrl), {
      type: "URL",
      meaning: "Replaces every `api.url`",
      show: showUrl,
    }),
    POLL_INTERVAL: key(variable(readInterval), {
      type: "duration, 1s to 1d",
      meaning: "Replaces every `poll.interval` and `poll.schedule`",
    }),
    POLL_SCHEDULE: key(variable(cronReader(isCronExpression)), {
      type: "cron expression",
      meaning: "Replaces the same; not together with `POLL_INTERVAL`",
    }),
    WINDOWS: key(parts.pipe(windowList()), {
      type: "windows, separated by commas",
      meaning: "Replaces every `windows`",
    }),
  });
}

/** The environment as read. */
export type EnvSettings = z.output<ReturnType<typeof envSchema>>;
