import { withDispatcher } from "../roboflow/dispatcher.ts";
import type { PeopleConfig, WorkspaceConfig } from "../config/config.ts";
import type { Redactor } from "../redact.ts";
import { type Examination, type ExamineDeps, examine } from "./examine.ts";
import type { Finding } from "./finding.ts";

export interface ExamineAllDeps extends Omit<ExamineDeps, "dispatcher"> {
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

function redactedFinding(finding: Finding, redact: Redactor): Finding {
  const { seen, setting, details } = finding;
  return {
    ...finding,
    seen: redact(seen),
    ...(setting === undefined ? {} : { setting: redact(setting) }),
    ...(details ? { details: details.map(redact) } : {}),
  };
}

/** Without the key, in whatever the API may have put it. */
function redacted(examination: Examination, redact: Redactor): Examination {
  const { workspace, findings } = examination;
  return {
    ...examination,
    workspace: workspace === undefined ? undefined : redact(workspace),
    findings: findings.map((finding) => redactedFinding(finding, redact)),
  };
}

/**
 * Examines one workspace after the other.
 * @throws ConfigError when a schedule or a proxy variable cannot be used
 */
export async function examineAll(
  workspaces: readonly WorkspaceConfig[],
  people: PeopleConfig,
  deps: ExamineAllDeps,
): Promise<readonly Examination[]> {
  return withDispatcher(deps.env, async (dispatcher) => {
    const examinations: Examination[] = [];
    for (const workspace of workspaces)
      examinations.push(redacted(await examine(workspace, people, { ...deps, dispatcher }), deps.redact));
    return examinations;
  });
}
