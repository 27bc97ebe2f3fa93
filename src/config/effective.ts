import { type WorkspaceConfig, hidesPeople } from "./config.ts";
import type { Checked } from "./inputs.ts";
import { FILE_KEYS, FLAGS, rowOf } from "./keys.ts";
import type { LoadedConfig } from "./load.ts";
import { keyText, type Path, SECRET } from "./messages.ts";
import { type KnownShard, shardOf } from "./shards.ts";
import { defaultText, type Row } from "./table.ts";

/** A key and its effective value. */
export interface EffectiveSetting {
  /** A flag, or a path in the file; for a key of a workspace without `workspaces[]`. */
  readonly key: string;
  /** As it was written, or the default; undefined where the default is not a value. */
  readonly value: unknown;
  /** The default as a text, where it holds. */
  readonly otherwise: string | undefined;
  /** Where the value comes from: `flag --x`, `environment variable X`, `file, x` or `default`. */
  readonly origin: string;
}

/** Which shard polls which workspace. */
interface Placement {
  /** The shard that shows the configuration. */
  readonly own: KnownShard;
  /** The index of each workspace's shard, in the order of the configuration. */
  readonly polledBy: readonly number[];
}

/** Every setting that holds. */
export interface EffectiveConfig {
  readonly flags: readonly EffectiveSetting[];
  /** Those of the file that hold for every workspace alike. */
  readonly common: readonly EffectiveSetting[];
  /** In the order of the configuration. */
  readonly workspaces: readonly (readonly EffectiveSetting[])[];
  /** Undefined where nothing is polled by a shard. */
  readonly placement?: Placement | undefined;
}

const PREFIX = "workspaces[].";
/** The type of a key that is a boolean, or a mapping that means true. */
const SWITCHABLE = "boolean or mapping";
const isLeaf = ({ type }: Row) => type !== "mapping";

/** The ways to give a workspace's API key. */
const API_KEYS = ["api_key_file", "api_key_env", "api_key"];

/** The keys of a workspace, except those. */
const WORKSPACE_KEYS = FILE_KEYS.filter(isLeaf)
  .filter(({ path }) => path.startsWith(PREFIX) && !API_KEYS.includes(path.slice(PREFIX.length)))
  .map(({ path }) => path.slice(PREFIX.length));

/** The keys that hold for every workspace alike. */
const COMMON_KEYS = FILE_KEYS.filter(isLeaf)
  .map(({ path }) => path)
  .filter((path) => !path.startsWith("workspaces") && !WORKSPACE_KEYS.includes(path));

/** The keys whose values are ids or names of people. */
const OF_PEOPLE = ["labelers", "calendar.leave", "people.system", "people.teams"];

/** What stands for ids and names where the configuration hides people. */
const HIDDEN = "<hidden, as people are>";

/** A value and where it is written. */
interface Written {
  readonly value: unknown;
  readonly origin: string;
}

function writtenIn({ written, nameOf }: Checked<unknown>, path: Path, where: string): Written | undefined {
  const value = written(path);
  return value === undefined ? undefined : { value, origin: `${where} ${keyText(nameOf(path))}` };
}

/** A value that may be shown: of secrets, and of people who are hidden, only that there is one. */
function shown(value: unknown, row: Row | undefined, isHidden: boolean): unknown {
  if (row?.show?.(value) === SECRET) return SECRET;
  // Its keys have lines of their own.
  if (row?.type === SWITCHABLE && typeof value === "object") return true;
  return isHidden ? HIDDEN : value;
}

function settingOf(
  key: string,
  written: Written | undefined,
  row: Row | undefined,
  { config: { people } }: LoadedConfig,
): EffectiveSetting[] {
  const isHidden = OF_PEOPLE.includes(key) && hidesPeople(people);
  if (written) return [{ key, ...written, value: shown(written.value, row, isHidden), otherwise: undefined }];
  const otherwise = row && defaultText(row)?.replaceAll("`", "");
  return otherwise === undefined ? [] : [{ key, value: row?.default, otherwise, origin: "default" }];
}

/** The key above a key, where it can be switched off. */
function switchOf(key: string): string | undefined {
  const [holder = ""] = key.split(".", 1);
  return key.includes(".") && rowOf(PREFIX + holder)?.type === SWITCHABLE ? holder : undefined;
}

/**
 * Whether a key has no effect, because of the others.
 * @param written what stands at a path of the workspace
 */
function isIdle(key: string, { poll, calendar }: WorkspaceConfig, written: (path: Path) => unknown): boolean {
  if (key.startsWith("calendar.")) return calendar === undefined;
  const holder = switchOf(key);
  if (holder !== undefined) return [undefined, null, false].some((off) => written([holder]) === off);
  return key === (poll.schedule.kind === "cron" ? "poll.interval" : "poll.schedule");
}

/** How the workspace's API key is given: one way, and of several workspaces only the file's. */
function apiKeySetting(index: number, loaded: LoadedConfig): EffectiveSetting[] {
  const { file, variables, config } = loaded;
  const fromFile = (path: Path) => writtenIn(file, path, "file,");
  const fromEnv = (path: Path) => writtenIn(variables, path, "environment variable");
  const places = config.workspaces.length > 1 ? [fromFile] : [fromEnv, fromFile];
  const given = places.flatMap((place) =>
    API_KEYS.flatMap((key) => settingOf(key, place(["workspaces", index, key]), rowOf(PREFIX + key), loaded)),
  );
  return given.slice(0, 1);
}

function workspaceSettings(workspace: WorkspaceConfig, index: number, loaded: LoadedConfig): EffectiveSetting[] {
  const { file, variables } = loaded;
  const ownPath = (path: Path) => ["workspaces", index, ...path];
  const isHeld = (key: string) => !isIdle(key, workspace, (path) => file.written(ownPath(path)));
  const others = WORKSPACE_KEYS.filter(isHeld).flatMap((key) => {
    const path = key.split(".");
    const own = ownPath(path);
    const written =
      writtenIn(variables, own, "environment variable") ??
      writtenIn(variables, path, "environment variable") ??
      writtenIn(file, own, "file,") ??
      writtenIn(file, path, "file,");
    return settingOf(key, written, rowOf(key) ?? rowOf(PREFIX + key), loaded);
  });
  // After the name, which stands first.
  return [...others.slice(0, 1), ...apiKeySetting(index, loaded), ...others.slice(1)];
}

function placementOf({ workspaces }: LoadedConfig["config"], own: KnownShard): Placement {
  return { own, polledBy: workspaces.map(({ name = "" }) => shardOf(name, own.count)) };
}

/**
 * Every effective setting, defaults included, with where it comes from. Secrets are not in it.
 * @param shard the shard that shows it, if there are shards
 */
export function effectiveConfig(loaded: LoadedConfig, shard?: KnownShard): EffectiveConfig {
  const { flags, file, config } = loaded;
  return {
    flags: FLAGS.flatMap((row) => settingOf(row.name, writtenIn(flags, [row.path], "flag"), row, loaded)),
    common: COMMON_KEYS.flatMap((key) => settingOf(key, writtenIn(file, key.split("."), "file,"), rowOf(key), loaded)),
    workspaces: config.workspaces.map((workspace, index) => workspaceSettings(workspace, index, loaded)),
    placement: shard && placementOf(config, shard),
  };
}
