import type { WorkspaceConfig } from "../config/config.ts";
import type { Asked, CheckDeps, SourceChecks } from "../sources/checks.ts";
import type { PollPlan, Source } from "../sources/source.ts";
import { SOURCES } from "../sources/sources.ts";
import { type MeasuredPoll, pollAsTrial } from "./trial-poll.ts";

/** A source that has questions, and when it is polled. */
export interface CheckedSource {
  readonly source: Source;
  readonly checks: SourceChecks;
  /** Undefined where the configuration does not ask for it. */
  readonly plan: PollPlan | undefined;
}

/** A source after its questions. */
export interface SeenSource extends CheckedSource {
  readonly asked: Asked;
  readonly poll: MeasuredPoll | undefined;
}

/** The sources that have questions, the most important first. */
export function checkedSources(config: WorkspaceConfig): readonly CheckedSource[] {
  return SOURCES.flatMap((source) => {
    const { checks } = source;
    return checks ? [{ source, checks, plan: source.plan(config) }] : [];
  });
}

/** Asks a source its questions, and polls it if it can be read and the configuration asks for it. */
async function askSource({ source, checks, plan }: CheckedSource, deps: CheckDeps): Promise<SeenSource> {
  const { workspace: name, config, people } = deps;
  const asked = await checks.ask(deps);
  const subject = { source, name, settings: { workspace: config, people } };
  const poll = plan && !asked.failure ? await pollAsTrial(subject, plan, deps) : undefined;
  return { source, checks, plan, asked, poll };
}

/** Asks one source after the other. Where the first cannot be read the others are not asked: it is about the key then. */
export async function askSources(sources: readonly CheckedSource[], deps: CheckDeps): Promise<readonly SeenSource[]> {
  const seen: SeenSource[] = [];
  for (const source of sources) if (!seen[0]?.asked.failure) seen.push(await askSource(source, deps));
  return seen;
}
