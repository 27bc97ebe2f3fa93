import { clampRange, emptyMarks, firstNumber, labelerAt, type Present, type Range, sessionsIn } from "./aggregate.ts";
import { epochSecondsOf } from "./days.ts";
import { mix } from "./random.ts";
import { refusal, type Reply } from "./reply.ts";
import type { Session } from "./sessions.ts";
import type { Project, Workspace } from "./world.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

function rowOf(workspace: Workspace, project: Project, session: Session, image: number) {
  const startMs = (epochSecondsOf(session.day) + session.minute * 60) * 1000;
  const { id, seed } = labelerAt(workspace, session.labeler);
  return {
    imageId: `${project.id.slice(0, 6)}${mix(project.seed, image) >>> 0}-${image}`,
    projectId: project.id,
    labelerId: id,
    labeled_at: startMs + (image - session.first) * 1000,
    seconds: 8 + (seed % 20),
    annotation: project.plan.annotation,
  };
}

/** Every image that a range holds, once, with who touched it first; project by project, by time. */
function* imagesIn(workspace: Workspace, range: Range, present: Present) {
  const marks = emptyMarks(workspace, range);
  const lowest = firstNumber(workspace, range);
  for (const project of range.projects) {
    marks.fill(0);
    for (const session of sessionsIn(workspace, project, range, present)) {
      for (let image = session.first; image < session.first + session.count; image++) {
        if (marks[image - lowest] === 1) continue;
        marks[image - lowest] = 1;
        yield { project, session, image };
      }
    }
  }
}

function readCount(query: URLSearchParams, name: string, otherwise: number): number | undefined {
  const text = query.get(name) ?? String(otherwise);
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** The answer of the legacy endpoint with `rawData=true`: one row per unique image, from `offset` on, at most `limit`. */
export function rawRows(workspace: Workspace, asked: Range, query: URLSearchParams, present: Present): Reply {
  const [limit, offset] = [readCount(query, "limit", DEFAULT_LIMIT), readCount(query, "offset", 0)];
  if (limit === undefined || offset === undefined) return refusal(400, "limit and offset must be whole numbers");
  const last = offset + Math.min(limit, MAX_LIMIT);
  const range = clampRange(asked, present);
  const data: ReturnType<typeof rowOf>[] = [];
  let index = 0;
  for (const { project, session, image } of range ? imagesIn(workspace, range, present) : []) {
    if (index >= last) break;
    if (index >= offset) data.push(rowOf(workspace, project, session, image));
    index++;
  }
  return { status: 200, body: { data } };
}
