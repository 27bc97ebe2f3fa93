import { DAY_MINUTES, isWeekend } from "../../src/simulator/days.ts";
import { createHistory, type Dataset, type History } from "../../src/simulator/history.ts";
import { createDatasets } from "../../src/simulator/projects.ts";
import { createWorkspaces, labelerAt, type Project, type Workspace } from "../../src/simulator/workspaces.ts";
import type { Gauge } from "../alerts/gauges.ts";

/** The simulator's day on which Prometheus begins, in the second year: a Thursday, as promtool's first day is. */
export const FIRST_DAY = 534;
/** Days whose gauges are shown, an hour apart. */
export const SHOWN_DAYS = 84;
/** Days after them in which the truth may lie. */
const FUTURE_DAYS = 365;
const LENGTHS = { today: 1, "7d": 7, "14d": 14, "28d": 28, all: Infinity } as const;
/** Working hours of the exporter's calendar. */
const WORK = { from: 9, to: 18 } as const;

/** A project, everything that happens to it, and who works there. */
export interface Past {
  readonly workspace: Workspace;
  readonly project: Project;
  readonly dataset: Dataset;
  readonly uploads: Sums;
  readonly labeled: Sums;
}

/** The minute of a tick: gauges are read on the hour. */
export const minuteOf = (tick: number) => FIRST_DAY * DAY_MINUTES + tick * 60;

const TICKS = Array.from({ length: SHOWN_DAYS * 24 }, (_, tick) => tick);

/** Amounts with their minutes, to be summed in windows. */
type Event = readonly [minute: number, images: number];

class Sums {
  readonly #minutes: number[] = [];
  readonly #sums: number[] = [0];

  constructor(events: readonly Event[]) {
    for (const [minute, images] of events.toSorted((a, b) => a[0] - b[0])) {
      this.#minutes.push(minute);
      this.#sums.push((this.#sums.at(-1) ?? 0) + images);
    }
  }

  /** What happened up to a minute. */
  until(minute: number): number {
    let [low, high] = [0, this.#minutes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#minutes[middle] ?? Infinity) <= minute) low = middle + 1;
      else high = middle;
    }
    return this.#sums[low] ?? 0;
  }
}

/** The projects of the simulator's workspaces, with another seed. */
export function pastsOf(seed: number): readonly Past[] {
  const history = createHistory();
  const datasetAt = createDatasets(history, 0);
  const last = (FIRST_DAY + SHOWN_DAYS + FUTURE_DAYS) * DAY_MINUTES;
  return createWorkspaces({ seed }).flatMap((workspace) =>
    workspace.projects
      .filter(({ stoppedOn }) => stoppedOn > FIRST_DAY)
      .map((project) => {
        const dataset = datasetAt(workspace, project, last);
        const uploads = new Sums(dataset.batches.map(({ minute, images }) => [minute, images]));
        const labeled = new Sums(dataset.labelings.map(({ minute, images }) => [minute, images.length]));
        return { workspace, project, dataset, uploads, labeled };
      }),
  );
}

/** Of one kind of labeler, an image counted once for each labeler and day, as the API counts. */
function labeledOf({ workspace, project }: Past, history: History, system: boolean): Sums {
  const events: Event[] = [];
  const seen = new Set<string>();
  for (const session of history(workspace, project, 0, FIRST_DAY + SHOWN_DAYS)) {
    if (labelerAt(workspace, session.labeler).system !== system) continue;
    let images = 0;
    for (let number = session.first; number < session.first + session.count; number++) {
      const key = `${session.day} ${session.labeler} ${number}`;
      if (!seen.has(key)) images++;
      seen.add(key);
    }
    events.push([session.day * DAY_MINUTES + session.minute, images]);
  }
  return new Sums(events);
}

/** A metric in every window; nothing where `absent` and the window is empty. */
function windows(metric: string, labels: string, sums: Sums, absent: boolean): Gauge[] {
  return Object.entries(LENGTHS).map(([window, length]) => ({
    series: `${metric}{${labels},window="${window}"}`,
    values: TICKS.map((tick) => {
      const today = Math.floor(minuteOf(tick) / DAY_MINUTES);
      const count = sums.until(minuteOf(tick)) - sums.until((today + 1 - length) * DAY_MINUTES - 1);
      return absent && count === 0 ? undefined : count;
    }),
  }));
}

function projectGauges(past: Past, history: History): Gauge[] {
  const ids = `workspace="${past.workspace.name}",project="${past.project.id}"`;
  const labeled = (system: boolean) => labeledOf(past, history, system);
  return [
    ...windows("roboflow_images_labeled", `${ids},labeler="people"`, labeled(false), true),
    ...windows("roboflow_images_labeled", `${ids},labeler="system"`, labeled(true), true),
    ...windows("roboflow_project_images_uploaded", ids, past.uploads, false),
    {
      series: `roboflow_project_images_unannotated{${ids}}`,
      values: TICKS.map((tick) => leftAt(past, minuteOf(tick))),
    },
  ];
}

function doneOf(tick: number): number {
  if (isWeekend(Math.floor(minuteOf(tick) / DAY_MINUTES))) return 0;
  return Math.min(1, Math.max(0, ((tick % 24) - WORK.from) / (WORK.to - WORK.from)));
}

function workspaceGauges(name: string): Gauge[] {
  const always = (series: string, value: number) => ({ series, values: TICKS.map(() => value) });
  const weeks = { "7d": 1, "14d": 2, "28d": 4 } as const;
  // Whole weeks hold five working days; today's counts as far as it is over.
  const part = (tick: number) => doneOf(tick) - Number(!isWeekend(Math.floor(minuteOf(tick) / DAY_MINUTES)));
  const daysIn = (window: string, of: (tick: number) => number) => ({
    series: `roboflow_workspace_working_days{workspace="${name}",window="${window}"}`,
    values: TICKS.map(of),
  });
  return [
    always(`roboflow_labeler_info{workspace="${name}",labeler="people",labeler_name="People",kind="human"}`, 1),
    always(`roboflow_labeler_info{workspace="${name}",labeler="system",labeler_name="Auto Label",kind="system"}`, 1),
    ...["project", "labeler"].map((by) => always(`roboflow_workspace_filtered{workspace="${name}",by="${by}"}`, 0)),
    daysIn("today", doneOf),
    ...Object.entries(weeks).map(([window, count]) => daysIn(window, (tick) => 5 * count + part(tick))),
  ];
}

/** What the exporter would publish of all of them, hour by hour. */
export function gaugesOf(pasts: readonly Past[]): readonly Gauge[] {
  const history = createHistory();
  const names = new Set(pasts.map(({ workspace }) => workspace.name));
  return [...[...names].flatMap(workspaceGauges), ...pasts.flatMap((past) => projectGauges(past, history))];
}

/** Images that are not labeled at a minute. */
export function leftAt({ uploads, labeled }: Past, minute: number): number {
  return uploads.until(minute) - labeled.until(minute);
}

/** Images uploaded in the 28 days of the window `28d` that ends at a minute. */
export function uploadedLately({ uploads }: Past, minute: number): number {
  return uploads.until(minute) - uploads.until((Math.floor(minute / DAY_MINUTES) - 27) * DAY_MINUTES - 1);
}
