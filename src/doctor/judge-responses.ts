import { type AnswerObserver, notesOf, notesText } from "../answers/anomalies.ts";
import { type Judgement, namesText, oneLine } from "../sources/checks.ts";

/** What was not as it should be in one response. */
export type Noted = Parameters<AnswerObserver["answered"]>[0];

/** Can every row be used, and every value in it? */
export function judgeRows(responses: readonly Noted[]): Judgement {
  const { dropped, anomalies } = notesOf(responses);
  // Fields that are only unknown have a question of their own.
  const others = Object.entries(anomalies).filter(([key]) => !key.startsWith("unknown_field "));
  const lines = notesText({ dropped, anomalies: Object.fromEntries(others) }).map(oneLine);
  if (lines.length === 0) return { verdict: "ok", seen: "they can" };
  const seen = lines.join("; ");
  if (Object.keys(dropped).length === 0)
    return { verdict: "info", seen, setting: "nothing to do: what cannot be read has no sample, and is counted" };
  return { verdict: "problem", seen, setting: "report it to Roboflow: the work in these rows is in no metric" };
}

/** Are there fields that the documentation does not name? */
export function judgeUnknownFields(responses: readonly Noted[]): Judgement {
  const unknown = responses.flatMap(({ anomalies }) => anomalies).filter(({ reason }) => reason === "unknown_field");
  const names = [...new Set(unknown.map(({ field }) => field))].sort();
  if (names.length === 0) return { verdict: "ok", seen: "none" };
  return { verdict: "info", seen: namesText(names), setting: "nothing to do: they are ignored and counted" };
}
