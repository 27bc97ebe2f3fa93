import type { PollConfig, Schedule } from "./config.ts";
import { DEFAULTS } from "./defaults.ts";
import type { Draft } from "./draft.ts";
import { formatDuration } from "./duration.ts";
import { keyText, type Path } from "./problem.ts";
import type { Settings } from "./settings.ts";

/** Settings with the place they stand in: the top level or a workspace. */
export interface Layer {
  readonly path: Path;
  readonly settings: Settings;
}

interface Chosen {
  readonly schedule: Schedule;
  /** The key it stands under. */
  readonly from: Path;
}

const DEFAULT: Chosen = {
  schedule: { kind: "interval", seconds: DEFAULTS.intervalSeconds },
  from: ["poll", "interval"],
};

function chosenFrom(
  interval: number | undefined,
  cron: string | undefined,
  [intervalPath, cronPath]: readonly [Path, Path],
) {
  const chosen: Chosen[] = [];
  if (interval !== undefined) chosen.push({ schedule: { kind: "interval", seconds: interval }, from: intervalPath });
  if (cron !== undefined) chosen.push({ schedule: { kind: "cron", expression: cron }, from: cronPath });
  return chosen;
}

function pollPath({ path }: Layer, key: string): Path {
  return [...path, "poll", key];
}

function schedulePaths(layer: Layer): readonly [Path, Path] {
  return [pollPath(layer, "interval"), pollPath(layer, "schedule")];
}

function chosenIn(layer: Layer, { file, report }: Draft): Chosen | undefined {
  const { interval, schedule } = layer.settings.poll ?? {};
  const paths = schedulePaths(layer);
  const [first, second] = chosenFrom(interval, schedule, paths);
  if (second) report(second.from, `${file.shown(second.from)} is given beside ${keyText(paths[0])}; keep one of them`);
  return first;
}

function chosenInEnv({ envSettings: { data, shown }, report }: Draft): Chosen | undefined {
  const paths = [["POLL_INTERVAL"], ["POLL_SCHEDULE"]] as const;
  const [first, second] = chosenFrom(data.POLL_INTERVAL, data.POLL_SCHEDULE, paths);
  if (second) report(second.from, `${shown(second.from)} is set beside POLL_INTERVAL; unset one of them`);
  return first;
}

/** A duration must fit the interval, unless the interval itself could not be read. */
function reportMisfits(chosen: Chosen, layers: readonly Layer[], { file, report }: Draft): void {
  if (chosen.schedule.kind !== "interval") return;
  const intervalMs = chosen.schedule.seconds * 1000;
  const interval = `${keyText(chosen.from)} (${formatDuration(intervalMs)})`;
  const jitter = layers.findLast(({ settings }) => settings.poll?.jitter !== undefined);
  if (jitter?.settings.poll?.jitter !== undefined && jitter.settings.poll.jitter >= intervalMs) {
    const path = pollPath(jitter, "jitter");
    report(path, `${file.shown(path)} is not shorter than ${interval}; use a shorter one`);
  }
  const stale = layers.findLast(({ settings }) => settings.poll?.stale_after !== undefined);
  if (stale?.settings.poll?.stale_after !== undefined && stale.settings.poll.stale_after < intervalMs) {
    const path = pollPath(stale, "stale_after");
    report(path, `${file.shown(path)} is shorter than ${interval}; use at least that`);
  }
}

function isUnread(layers: readonly Layer[], { file, envSettings }: Draft): boolean {
  const env = envSettings.isFlawed(["POLL_INTERVAL"]) || envSettings.isFlawed(["POLL_SCHEDULE"]);
  return env || layers.some((layer) => schedulePaths(layer).some(file.isFlawed));
}

/** When to poll: what a later layer says replaces what an earlier one says, and the environment replaces all. */
export function resolvePoll(layers: readonly Layer[], draft: Draft): PollConfig {
  const inFile = layers.map((layer) => chosenIn(layer, draft)).findLast((chosen) => chosen !== undefined);
  const chosen = chosenInEnv(draft) ?? inFile ?? DEFAULT;
  if (!isUnread(layers, draft)) reportMisfits(chosen, layers, draft);
  const poll = layers.reduce<NonNullable<Settings["poll"]>>(
    (merged, { settings }) => ({ ...merged, ...settings.poll }),
    {},
  );
  return {
    schedule: chosen.schedule,
    timezone: poll.timezone ?? DEFAULTS.poll.timezone,
    jitterMs: poll.jitter,
    concurrency: poll.concurrency ?? DEFAULTS.poll.concurrency,
    staleAfterMs: poll.stale_after,
    legacyIntervalSeconds: poll.legacy_interval ?? DEFAULTS.legacyIntervalSeconds,
  };
}
