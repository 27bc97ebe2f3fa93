import { z } from "zod";
import { TOTALS } from "./config.ts";
import { readName, readProject, readRatio, readSlug, readText } from "./readers.ts";
import type { Reader } from "./reading.ts";
import { key, type KeyNotes, list, mapping, oneOf, reading, yesOrNo } from "./schema-parts.ts";
import { type SchemaDeps, settingsGroups } from "./settings.ts";
import { showPath, showSecret, showVariable } from "./show.ts";

/** A list of ids or names. */
export function nameList(remedy?: string, read: Reader<string> = readName) {
  const rules = { nameOf: (name: string) => name };
  return list(reading(read), remedy === undefined ? rules : { ...rules, remedy });
}

function access() {
  return {
    name: key(reading(readSlug), {
      type: "slug",
      default: "asked of the API",
      meaning: "The workspace's slug, from its URL; required when there are several workspaces",
    }),
    api_key_file: key(reading(readText), {
      type: "path",
      meaning: "File with the key. Exactly one of `api_key_file`, `api_key_env` and `api_key` is given",
      show: showPath,
    }),
    api_key_env: key(reading(readText), {
      type: "name of a variable",
      meaning: "Environment variable with the key",
      show: showVariable,
    }),
    api_key: key(reading(readText), {
      type: "text",
      meaning: "The key itself; prefer a file or a variable",
      show: showSecret,
    }),
  };
}

function approvalTarget() {
  const error = "is neither a number from 0 to 1 nor a mapping; write 0.95, or a project and its number per line";
  const targets = z.record(z.string(), reading(readRatio), { error });
  return z.preprocess((written) => (typeof written === "number" ? { default: written } : written), targets);
}

function overrideNotes(name: string): KeyNotes {
  return { type: "mapping", default: "none", meaning: `Overrides the top-level \`${name}\`, key by key` };
}

function selection() {
  const labelerRemedy = "list labeler ids here; how people appear is set in labelers at the top level";
  return {
    projects: key(nameList(undefined, readProject), {
      type: "list of project slugs",
      default: "all",
      meaning: "Projects to ask for",
    }),
    labelers: key(nameList(labelerRemedy), {
      type: "list of labeler ids",
      default: "all",
      meaning: "Labelers to ask for",
    }),
    totals: key(list(oneOf(TOTALS), { nameOf: (total) => total }), {
      type: "list of `project`, `labeler`",
      default: "none",
      meaning:
        "Unique totals per project or per labeler, at one request for each of them and each window; " +
        "under a filter only the filter's own kind",
    }),
    legacy: key(yesOrNo(), {
      type: "boolean",
      default: "false",
      meaning: "Poll the legacy endpoint too, for the time spent on labeling; not with `projects` or `labelers`",
    }),
    approval_target: key(approvalTarget(), {
      type: "number, 0 to 1, or mapping",
      default: "none",
      meaning:
        "Target of the approval ratio: one number, or numbers by project id or name, with `default` for the rest",
    }),
  };
}

function overrides(deps: SchemaDeps) {
  const groups = settingsGroups(deps);
  return {
    api: key(groups.api, overrideNotes("api")),
    poll: key(groups.poll, overrideNotes("poll")),
    calendar: key(groups.calendar, overrideNotes("calendar")),
    windows: key(groups.windows, {
      type: "list of windows",
      default: "the top-level list",
      meaning: "Replaces the top-level `windows`",
    }),
    metrics: key(groups.metrics, overrideNotes("metrics")),
    limits: key(groups.limits, overrideNotes("limits")),
  };
}

/** One workspace of the file. */
export function workspace(deps: SchemaDeps) {
  return mapping({ ...access(), ...selection(), ...overrides(deps) });
}
