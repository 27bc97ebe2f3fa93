import type { WorkspaceStats } from "../sources/insights/stats.ts";
import type { LabelersConfig } from "../config/config.ts";
import { type FamilyOptions, type SteppedFamily, dataFamilies } from "../sources/insights/families.ts";
import type { MetricDefinition, Sample } from "../metrics/definition.ts";
import { inSlices } from "../steps.ts";
import { labelerLabel } from "../metrics/labeler-labels.ts";
import type { NamedLabel } from "../metrics/name-families.ts";
import { renderSamples } from "../metrics/render-family.ts";
import type { Unmatched } from "../sources/unmatched.ts";

/** Sample lines of one metric in one window; `window` is empty where the metric has none. */
export interface WindowLines {
  readonly window: string;
  readonly series: number;
  readonly bytes: Buffer;
}

/** Rendered families, as many as the series limit allows. */
export interface RenderedFamilies {
  /** Sample lines by metric name, the most valuable family first. */
  readonly lines: ReadonlyMap<string, readonly WindowLines[]>;
  readonly series: number;
  readonly droppedSeries: number;
  /** Names of the families that went over the series limit. */
  readonly droppedFamilies: readonly string[];
}

/** The rendered data of one good poll of one workspace. Never changed once made. */
export interface WorkspaceData extends RenderedFamilies {
  /** The calendar day the poll's windows ended on. */
  readonly day: string;
  /** What has a name, by its label's value. */
  readonly named: Readonly<Record<NamedLabel, ReadonlySet<string>>>;
  readonly notices: readonly string[];
  /** What the configuration names and the poll did not find; absent where no poll of this process brought the data. */
  readonly unmatched?: readonly Unmatched[];
}

async function renderByWindow(definition: MetricDefinition, samples: readonly Sample[]): Promise<WindowLines[]> {
  const byWindow = new Map<string, Sample[]>();
  for (const sample of samples) {
    const window = sample.labels["window"] ?? "";
    const group = byWindow.get(window);
    if (group) group.push(sample);
    else byWindow.set(window, [sample]);
  }
  const rendered: WindowLines[] = [];
  for (const [window, group] of byWindow)
    rendered.push({ window, series: group.length, bytes: await renderSamples(definition, group) });
  return rendered;
}

/** Renders families in their order, at most `limit` series of them: whole families are dropped, never single rows. */
export async function renderUpTo(limit: number, families: readonly SteppedFamily[]): Promise<RenderedFamilies> {
  const lines = new Map<string, readonly WindowLines[]>();
  const droppedFamilies: string[] = [];
  let [series, droppedSeries] = [0, 0];
  for (const { definition, samples } of families) {
    const made = await inSlices(samples());
    if (made.length === 0) continue;
    // Once one family is over the limit, so is every less valuable one: what is dropped depends on the order alone.
    if (droppedFamilies.length > 0 || series + made.length > limit) {
      droppedFamilies.push(definition.name);
      droppedSeries += made.length;
    } else {
      lines.set(definition.name, await renderByWindow(definition, made));
      series += made.length;
    }
  }
  return { lines, series, droppedSeries, droppedFamilies };
}

/** What the configuration says about how a workspace is shown, and how much of it. */
export interface DataOptions extends FamilyOptions {
  readonly seriesLimit: number;
}

function namedIn({ projects, labelers }: WorkspaceStats, config: LabelersConfig): WorkspaceData["named"] {
  const labels = [...labelers.keys()].map((id) => labelerLabel(id, config));
  return { project: new Set(projects.keys()), labeler: new Set(labels) };
}

/** Renders a poll's statistics, at most `seriesLimit` series of them: whole families are dropped, never single rows. */
export async function renderWorkspaceData(stats: WorkspaceStats, options: DataOptions): Promise<WorkspaceData> {
  const rendered = await renderUpTo(options.seriesLimit, await inSlices(dataFamilies(stats, options)));
  return { ...rendered, day: stats.day, named: namedIn(stats, options.labelers), notices: stats.notices };
}
