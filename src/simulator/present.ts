import type { Behaviour } from "./deviations.ts";
import type { Moment } from "./history.ts";
import type { Dataset } from "./uploads.ts";
import type { Project, Workspace } from "./workspaces.ts";

/** First-pass approval that replaces a labeler's own in the last seven days, by labeler id. */
export type Approvals = ReadonlyMap<string, number>;

/** The moment of a request, and what answers depend on. */
export interface Present extends Moment {
  readonly behaviour: Behaviour;
  readonly approvals: Approvals;
  readonly datasetOf: (workspace: Workspace, project: Project) => Dataset;
}
