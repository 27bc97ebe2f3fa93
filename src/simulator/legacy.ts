import { aggregate, labelerAt, type Present, type ProjectWork, type Range, type Tally } from "./aggregate.ts";
import { dayAt, epochSecondsOf, LEGACY_FIRST_DAY, minuteAt } from "./days.ts";
import { rawRows } from "./raw-rows.ts";
import { refusal, type Reply } from "./reply.ts";
import type { Workspace } from "./world.ts";

const MAX_TICKS = 31;
const DAY_MS = 86_400_000;
const MINUTES_PER_HOUR = 60;

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Minutes of work: so many seconds an image and an annotation, by labeler. Adds up over days, as the tallies do. */
function annotatingMinutes(workspace: Workspace, index: number, { images, added }: Tally): number {
  const secondsPerImage = 8 + (labelerAt(workspace, index).seed % 20);
  return (images * secondsPerImage + added * 2) / 60;
}

const rounded = (value: number) => Math.round(value * 100) / 100;

function rowAnswer(workspace: Workspace, { project, rows, unique }: ProjectWork) {
  const tallies = [...rows];
  const total = (value: (tally: Tally) => number) => tallies.reduce((sum, [, tally]) => sum + value(tally), 0);
  const minutes = tallies.reduce((sum, [index, tally]) => sum + annotatingMinutes(workspace, index, tally), 0);
  const [reviewed, firstPass] = [total((tally) => tally.reviewed), total((tally) => tally.firstPass)];
  return {
    projectId: project.id,
    projectName: project.plan.name,
    total_time_spent_annotating_minutes: rounded(minutes),
    total_images_labeled: unique.images,
    total_boxes_created: total((tally) => tally.added),
    // A pace of its own, not time by images: so it is in the published sample.
    seconds_per_image: Math.round((45 * minutes) / Math.max(1, unique.images)),
    num_images_marked_null: unique.nulls,
    acceptance_rate: project.plan.review && reviewed > 0 ? rounded((100 * firstPass) / reviewed) : 0,
  };
}

function tickValues(workspace: Workspace, works: readonly ProjectWork[]) {
  const sums = new Map<string, { minutes: number; images: number; boxes: number }>();
  for (const [index, tally] of works.flatMap(({ rows }) => [...rows])) {
    const { id } = labelerAt(workspace, index);
    const sum = sums.get(id) ?? { minutes: 0, images: 0, boxes: 0 };
    sum.minutes += annotatingMinutes(workspace, index, tally);
    sum.images += tally.images;
    sum.boxes += tally.added;
    sums.set(id, sum);
  }
  return Object.fromEntries(
    [...sums].map(([id, { minutes, images, boxes }]) => [
      id,
      {
        total_time_spent_annotating_minutes: rounded(minutes),
        total_images_labeled: images,
        total_boxes_created: boxes,
        // Always 0 in the published sample.
        seconds_per_image: 0,
      },
    ]),
  );
}

/** At most 31 ticks of whole days' length, so that their values add up to the range's. */
function tickSpans({ startMs, endMs }: Span): Span[] {
  const days = Math.ceil((endMs - startMs + 1) / DAY_MS);
  const width = Math.ceil(days / MAX_TICKS) * DAY_MS;
  const count = Math.ceil((endMs - startMs + 1) / width);
  return Array.from({ length: count }, (_, tick) => ({
    startMs: startMs + tick * width,
    endMs: Math.min(endMs, startMs + (tick + 1) * width - 1),
  }));
}

function rangeOf({ startMs, endMs }: Span, base: Pick<Range, "projects">): Range {
  return {
    ...base,
    from: dayAt(startMs),
    to: dayAt(endMs),
    labelerId: undefined,
    // A session belongs to the minute it begins in, and a range to the minutes that begin in it.
    minutes: { first: minuteAt(startMs + 59_999), last: minuteAt(endMs) },
    firstDay: LEGACY_FIRST_DAY,
  };
}

function readSpan(query: URLSearchParams): Span | Reply {
  for (const name of ["start", "end"])
    if (!/^\d{1,15}$/.test(query.get(name) ?? "")) return refusal(400, `${name} must be a number of milliseconds`);
  const [startMs, endMs] = [Number(query.get("start")), Number(query.get("end"))];
  return startMs > endMs ? refusal(400, "start must not be after end") : { startMs, endMs };
}

function statsBody(workspace: Workspace, span: Span, base: Pick<Range, "projects">, ticks: boolean, present: Present) {
  const works = aggregate(workspace, rangeOf(span, base), present);
  const seen = new Set(works.flatMap(({ rows }) => [...rows.keys()]));
  const people = workspace.labelers.filter(({ index }) => seen.has(index));
  const tickOf = (one: Span) => ({
    start_ms: one.startMs,
    end_ms: one.endMs,
    values: tickValues(workspace, aggregate(workspace, rangeOf(one, base), present)),
  });
  return {
    data: {
      // Reckoned once an hour.
      last_updated: new Date(
        epochSecondsOf(0) * 1000 + Math.floor(present.minute / MINUTES_PER_HOUR) * 3_600_000,
      ).toISOString(),
      data: works.map((work) => rowAnswer(workspace, work)),
      labelers: people.map(({ id, displayName, email }) => ({ id, displayName, email })),
      ...(ticks ? { ticks: tickSpans(span).map(tickOf) } : {}),
    },
  };
}

/** The answer of `GET /workspace-stats`, the legacy endpoint: aggregated, or one row per image with `rawData`. */
export function answerLegacy(
  workspace: Workspace,
  { query }: { readonly query: URLSearchParams },
  present: Present,
): Reply {
  const span = readSpan(query);
  if ("status" in span) return span;
  const id = query.get("projectId");
  const base = { projects: workspace.projects.filter((project) => id === null || project.id === id) };
  if (base.projects.length === 0) return refusal(404, "the project does not exist or cannot be seen with this key");
  if (query.get("rawData") === "true") return rawRows(workspace, rangeOf(span, base), query, present);
  return { status: 200, body: statsBody(workspace, span, base, query.get("includeTicks") === "true", present) };
}
