import type { ListedProject } from "../../../roboflow/workspaces.ts";
import type { Reply, TrialPoll } from "../../checks.ts";
import { type Judgement, NOT_ASKED, oneLine } from "../../finding.ts";
import { type Unmatched, isShared, unmatchedText } from "../../unmatched.ts";

type Projects = Reply<readonly ListedProject[]> | undefined;

/** Without projects that are listed: they are there, though no work is in them. */
function withoutListed(unmatched: Unmatched, projects: Projects): Unmatched {
  const { setting } = unmatched;
  if (!projects || "error" in projects || (setting !== "projects" && setting !== "approval_target")) return unmatched;
  const listed = new Set(projects.value.map(({ slug, name }) => (setting === "projects" ? slug : name)));
  return { ...unmatched, names: unmatched.names.filter((name) => !listed.has(name)) };
}

/** Does every name in the configuration match something? */
export function judgeNames(poll: TrialPoll | undefined, projects: Projects): Judgement {
  if (!poll) return NOT_ASKED;
  if ("error" in poll.result) return { verdict: "unknown", seen: "the poll failed" };
  const { unmatched = [] } = poll.result.value;
  if (unmatched.length === 0) return { verdict: "ok", seen: "it names no projects or labelers" };
  const unfound = unmatched.map((one) => withoutListed(one, projects)).filter(({ names }) => names.length > 0);
  if (unfound.length === 0) return { verdict: "ok", seen: "all of them do" };
  const count = unfound.reduce((sum, { names }) => sum + names.length, 0);
  const seen = `${count} matched nothing in any window: ${unfound.map(({ setting }) => setting).join(", ")}`;
  // A setting that applies to every workspace may name people of another one.
  const verdict = unfound.every(({ setting }) => isShared(setting)) ? "info" : "problem";
  return { verdict, seen, setting: "correct them, or remove them", details: unfound.map(unmatchedText).map(oneLine) };
}
