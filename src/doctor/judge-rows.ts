import type { Stats } from "../sources/insights/fields.ts";
import { isShared, type Unmatched, unmatchedText } from "../sources/unmatched.ts";
import { notesOf, notesText } from "../answers/notes.ts";
import { type Judgement, oneLine } from "./finding.ts";
import { NOT_ASKED } from "./judge-access.ts";
import type { Observations } from "./observations.ts";

/** Every answer once: those of a poll under a filter are not among the others. */
function answersOf({ answers, poll }: Observations): readonly Stats[] {
  return [...new Set([...answers, ...(poll?.answers ?? [])])].map(({ stats }) => stats);
}

/** Can every row be used, and every value in it? */
export function judgeRows(observations: Observations): Judgement {
  const answers = answersOf(observations);
  if (answers.length === 0) return NOT_ASKED;
  const { dropped, anomalies } = notesOf(answers);
  // Fields that are only unknown have a question of their own.
  const others = Object.entries(anomalies).filter(([key]) => !key.startsWith("unknown_field "));
  const lines = notesText({ dropped, anomalies: Object.fromEntries(others) }).map(oneLine);
  if (lines.length === 0) return { verdict: "ok", seen: "they can" };
  const seen = lines.join("; ");
  if (Object.keys(dropped).length === 0)
    return { verdict: "info", seen, setting: "nothing: what cannot be read has no sample, and is counted" };
  return { verdict: "problem", seen, setting: "report it to Roboflow: the work in these rows is in no metric" };
}

/** Without projects that are listed: they are there, though no work is in them. */
function withoutListed(unmatched: Unmatched, { projects }: Observations): Unmatched {
  const { setting } = unmatched;
  if (!projects || "error" in projects || (setting !== "projects" && setting !== "approval_target")) return unmatched;
  const listed = new Set(projects.value.map(({ slug, name }) => (setting === "projects" ? slug : name)));
  return { ...unmatched, names: unmatched.names.filter((name) => !listed.has(name)) };
}

/** Does every name in the configuration match something? */
export function judgeNames(observations: Observations): Judgement {
  const { poll } = observations;
  if (!poll) return NOT_ASKED;
  if ("error" in poll.result) return { verdict: "unknown", seen: "the poll brought no answer" };
  const { unmatched = [] } = poll.result.value.data;
  if (unmatched.length === 0) return { verdict: "ok", seen: "it names no projects and no labelers" };
  const unfound = unmatched.map((one) => withoutListed(one, observations)).filter(({ names }) => names.length > 0);
  if (unfound.length === 0) return { verdict: "ok", seen: "all of them do" };
  const count = unfound.reduce((sum, { names }) => sum + names.length, 0);
  const seen = `${count} matched nothing in any window: ${unfound.map(({ setting }) => setting).join(", ")}`;
  // Another workspace may have what holds for every one.
  const verdict = unfound.every(({ setting }) => isShared(setting)) ? "info" : "problem";
  return { verdict, seen, setting: "correct them, or remove them", details: unfound.map(unmatchedText).map(oneLine) };
}
