import { z } from "zod";
import { DEFAULTS } from "./defaults.ts";
import { readText } from "./readers.ts";
import { key, mapping, oneOf, reading, yesOrNo } from "./schema-parts.ts";
import { type SchemaDeps, settingsGroups } from "./settings.ts";
import { nameList, workspace } from "./workspace-schema.ts";

const WINDOWS = { type: "list of windows", default: DEFAULTS.windows.join(", ") };

function labelers() {
  return mapping({
    identity: key(oneOf(["id", "hmac"]), {
      type: "`id` or `hmac`",
      default: "id",
      meaning: "People's ids as Roboflow gives them, or keyed hashes of them",
    }),
    hmac_key_file: key(reading(readText), {
      type: "path",
      meaning: "File with the key of the hashes, at least 16 characters; required with `hmac`, refused without",
    }),
    names: key(yesOrNo(), {
      type: "boolean",
      default: "true with `id`, false with `hmac`",
      meaning: "Publish display names in `roboflow_labeler_info`",
    }),
    email: key(yesOrNo(), {
      type: "boolean",
      default: "false",
      meaning: "Publish e-mail addresses in `roboflow_labeler_info`; not with `hmac`",
    }),
    system: key(nameList(), {
      type: "list of labeler ids or names",
      default: DEFAULTS.systemLabelers.join(", "),
      meaning: 'Labelers that are programs; published with `kind="system"`',
    }),
  });
}

/** The configuration file. */
export function fileSchema(deps: SchemaDeps) {
  const groups = settingsGroups(deps);
  const error = "is not a list; write each workspace below it, after a dash";
  const workspaces = z.array(workspace(deps), { error });
  return mapping({
    api: key(groups.api, { type: "mapping", meaning: "How the API is asked" }),
    poll: key(groups.poll, { type: "mapping", meaning: "When it is asked, and how long its answers hold" }),
    calendar: key(groups.calendar, {
      type: "mapping",
      default: "none",
      meaning: "When people work, for alerts about the amount of work; without it nothing is published about it",
    }),
    windows: key(groups.windows, { ...WINDOWS, meaning: "Ranges of days to ask for, 1 to 10 of them; see below" }),
    labelers: key(labelers(), { type: "mapping", meaning: "How people appear; holds for every workspace" }),
    metrics: key(groups.metrics, { type: "mapping", meaning: "What is published" }),
    limits: key(groups.limits, { type: "mapping", meaning: "How much is published" }),
    workspaces: key(workspaces, {
      type: "list of mappings",
      default: "one workspace, from the environment",
      meaning: "Workspaces to poll; each may override `api`, `poll`, `calendar`, `windows`, `metrics` and `limits`",
    }),
  });
}

/** The file as read. */
export type FileSettings = z.output<ReturnType<typeof fileSchema>>;

/** A workspace of the file as read. */
export type FileWorkspace = NonNullable<FileSettings["workspaces"]>[number];
