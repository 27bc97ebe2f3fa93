import { dayAt, epochMsOf, epochSecondsOf, FIRST_WORK_DAY, minuteAt } from "./days.ts";
import { type Present, type Range, clampRange, imageMarks, sessionsIn } from "./history.ts";
import { type ApiRequest, refusal, type Reply } from "./http.ts";
import { mix } from "./random.ts";
import type { Session } from "./sessions.ts";
import { peopleOf } from "./stats.ts";
import { type ProjectWork, type Tally, tallyWork } from "./tally.ts";
import { type Labeler, labelerAt, type Project, type Workspace } from "./workspaces.ts";

const MAX_TICKS = 31;
const DAY_MS = 86_400_000;
const MINUTES_PER_HOUR = 60;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

/** Instants in epoch milliseconds, both included. */
interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** What is asked for, and when. */
interface Question {
  readonly workspace: Workspace;
  readonly projects: readonly Project[];
  readonly span: Span;
  readonly present: Present;
}

function secondsPerImage({ seed }: Labeler): number {
  return 8 + (seed % 20);
}

/** Minutes of work, from the labeler's seconds per image and two seconds per annotation. Adds up over days, as tallies do. */
function annotatingMinutes(workspace: Workspace, index: number, { images, added }: Tally): number {
  return (images * secondsPerImage(labelerAt(workspace, index)) + added * 2) / 60;
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
    // Not time divided by images: in the published sample it differs, too.
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
    [...sums].map(([id, { minutes, images, boxes }]) => {
      const work = { total_images_labeled: images, total_boxes_created: boxes };
      // The pace is always 0 in the published sample.
      return [id, { total_time_spent_annotating_minutes: rounded(minutes), ...work, seconds_per_image: 0 }] as const;
    }),
  );
}

/** At most 31 ticks of whole days, so that their values add up to the range's. */
function tickSpans({ startMs, endMs }: Span): Span[] {
  const days = Math.ceil((endMs - startMs + 1) / DAY_MS);
  const width = Math.ceil(days / MAX_TICKS) * DAY_MS;
  const count = Math.ceil((endMs - startMs + 1) / width);
  return Array.from({ length: count }, (_, tick) => ({
    startMs: startMs + tick * width,
    endMs: Math.min(endMs, startMs + (tick + 1) * width - 1),
  }));
}

function rangeOf({ startMs, endMs }: Span, projects: readonly Project[]): Range {
  return {
    projects,
    from: dayAt(startMs),
    to: dayAt(endMs),
    labelerId: undefined,
    // A session belongs to the minute it begins in, and a range to the minutes that begin in it.
    minutes: { first: minuteAt(startMs + 59_999), last: minuteAt(endMs) },
    firstDay: FIRST_WORK_DAY,
  };
}

/** Aggregates are computed once an hour. */
function lastUpdated({ minute }: Present): string {
  return new Date(epochMsOf(Math.floor(minute / MINUTES_PER_HOUR) * MINUTES_PER_HOUR)).toISOString();
}

function aggregates({ workspace, projects, span, present }: Question, withTicks: boolean) {
  const worksIn = (one: Span) => tallyWork(workspace, rangeOf(one, projects), present);
  const works = worksIn(span);
  const tickOf = (one: Span) => ({
    start_ms: one.startMs,
    end_ms: one.endMs,
    values: tickValues(workspace, worksIn(one)),
  });
  const data = {
    last_updated: lastUpdated(present),
    data: works.map((work) => rowAnswer(workspace, work)),
    labelers: peopleOf(workspace, works),
  };
  return { data: withTicks ? { ...data, ticks: tickSpans(span).map(tickOf) } : data };
}

interface Labeling {
  readonly project: Project;
  readonly session: Session;
  /** The image's number. */
  readonly image: number;
}

function rawRow(workspace: Workspace, { project, session, image }: Labeling) {
  const startMs = (epochSecondsOf(session.day) + session.minute * 60) * 1000;
  const labeler = labelerAt(workspace, session.labeler);
  return {
    imageId: `${project.id.slice(0, 6)}${mix(project.seed, image) >>> 0}-${image}`,
    projectId: project.id,
    labelerId: labeler.id,
    labeled_at: startMs + (image - session.first) * 1000,
    seconds: secondsPerImage(labeler),
    annotation: project.plan.annotation,
  };
}

/** Every image of a range once, with the session that labeled it first; project by project, in order of time. */
function* labelingsIn(workspace: Workspace, range: Range, present: Present): Generator<Labeling> {
  const { first, marks } = imageMarks(workspace, range);
  for (const project of range.projects) {
    marks.fill(0);
    for (const session of sessionsIn(workspace, project, range, present)) {
      for (let image = session.first; image < session.first + session.count; image++) {
        if (marks[image - first] === 1) continue;
        marks[image - first] = 1;
        yield { project, session, image };
      }
    }
  }
}

function readCount(query: URLSearchParams, name: string, byDefault: number): number | undefined {
  const text = query.get(name) ?? String(byDefault);
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** One row per unique image, from `offset` on, at most `limit`. */
function rawRows({ workspace, projects, span, present }: Question, query: URLSearchParams): Reply {
  const [limit, offset] = [readCount(query, "limit", DEFAULT_LIMIT), readCount(query, "offset", 0)];
  if (limit === undefined || offset === undefined) return refusal(400, "limit and offset must be whole numbers");
  const last = offset + Math.min(limit, MAX_LIMIT);
  const range = clampRange(rangeOf(span, projects), present);
  const data: ReturnType<typeof rawRow>[] = [];
  let index = 0;
  for (const labeling of range ? labelingsIn(workspace, range, present) : []) {
    if (index >= last) break;
    if (index >= offset) data.push(rawRow(workspace, labeling));
    index++;
  }
  return { status: 200, body: { data } };
}

function readSpan(query: URLSearchParams): Span | Reply {
  for (const name of ["start", "end"])
    if (!/^\d{1,15}$/.test(query.get(name) ?? "")) return refusal(400, `${name} must be a number of milliseconds`);
  const [startMs, endMs] = [Number(query.get("start")), Number(query.get("end"))];
  return startMs > endMs ? refusal(400, "start must not be after end") : { startMs, endMs };
}

/** `GET /workspace-stats`: aggregates by project, with `includeTicks` by time too, or with `rawData` one row per image. */
export function answerWorkspaceStats(
  workspace: Workspace,
  { query }: Pick<ApiRequest, "query">,
  present: Present,
): Reply {
  if (present.behaviour.workspaceStats === "gone") return refusal(410, "this endpoint has been removed");
  const span = readSpan(query);
  if ("status" in span) return span;
  const id = query.get("projectId");
  const projects = workspace.projects.filter((project) => id === null || project.id === id);
  if (projects.length === 0) return refusal(404, "the project does not exist or cannot be seen with this key");
  const question = { workspace, projects, span, present };
  if (query.get("rawData") === "true") return rawRows(question, query);
  return { status: 200, body: aggregates(question, query.get("includeTicks") === "true") };
}
