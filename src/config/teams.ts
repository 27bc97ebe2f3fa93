import { z } from "zod";
import { keyText, type Path, type Report } from "./messages.ts";
import * as value from "./values.ts";

const PLACE: Path = ["people", "teams"];
const MAX_NAME = 128;

/** Labeler ids by the name of their team. */
export function teams() {
  const error = "is not a mapping; write each team and the ids of its labelers, like Acme: [u7Jq2]";
  const ids = value.list(value.name(), "labeler ids").min(1, {
    error: "is empty; list the ids of the team's labelers, or remove the team",
  });
  return z.record(z.string(), ids, { error }).describe("mapping of names to lists of labeler ids");
}

/** What is wrong with the name of a team; undefined when nothing is. */
function problemOf(team: string): string | undefined {
  if (team === "") return "is a team without a name; give it one";
  if (team.trim() !== team) return "is a team with white space around its name; remove it";
  return team.length > MAX_NAME ? `is longer than ${MAX_NAME} characters; use a shorter name for the team` : undefined;
}

/**
 * The team of each labeler, by the labeler's id.
 * @param shown how messages show what stands at a path
 */
export function resolveTeams(
  given: z.output<ReturnType<typeof teams>>,
  shown: (path: Path) => string,
  report: Report,
): ReadonlyMap<string, string> {
  const places = new Map<string, readonly [team: string, path: Path]>();
  for (const [team, ids] of Object.entries(given)) {
    const problem = problemOf(team);
    if (problem !== undefined) report([...PLACE, team], problem);
    for (const [index, id] of ids.entries()) {
      const [path, other] = [[...PLACE, team, index], places.get(id)];
      if (other)
        report(path, `${shown(path)} stands at ${keyText(other[1])} too; a labeler has one team, remove one of them`);
      else places.set(id, [team, path]);
    }
  }
  return new Map([...places].map(([id, [team]]) => [id, team]));
}
