import { isRecord } from "../untrusted.ts";
import { type FaultScript, parseFaultScript } from "./fault-script.ts";
import { refusal, type Reply } from "./http.ts";
import type { Approvals } from "./present.ts";
import type { Workspace } from "./workspaces.ts";

/** What can be changed while the simulator runs. */
export interface Controls {
  readonly setFaults: (script: FaultScript) => void;
  /**
   * Sets a labeler's first-pass approval of the last seven days; undefined restores their own.
   * @throws Error for an unknown labeler, or a ratio that is not from 0 to 1.
   */
  readonly setApproval: (labelerId: string, ratio: number | undefined) => void;
}

/** Paths with this prefix change the simulator; the API does not have them. */
export const CONTROL_PREFIX = "/_simulator/";

/** The approvals that replace labelers' own, and the way to change them. */
export function createApprovals(workspaces: readonly Workspace[]): Pick<Controls, "setApproval"> & {
  readonly approvals: Approvals;
} {
  const labelers = workspaces.flatMap((workspace) => workspace.labelers);
  const approvals = new Map(
    labelers.flatMap(({ id, falling }): [string, number][] => (falling === undefined ? [] : [[id, falling]])),
  );
  return {
    approvals,
    setApproval: (labelerId, ratio) => {
      if (!labelers.some(({ id }) => id === labelerId)) throw new Error(`unknown labeler "${labelerId}"`);
      if (ratio === undefined) approvals.delete(labelerId);
      else if (ratio >= 0 && ratio <= 1) approvals.set(labelerId, ratio);
      else throw new Error(`the ratio must be from 0 to 1, got ${ratio}`);
    },
  };
}

type Action = (controls: Controls, body: string) => unknown;

const ACTIONS: Readonly<Record<string, Readonly<Record<string, Action>>>> = {
  "/_simulator/faults": { PUT: putFaults, DELETE: deleteFaults },
  "/_simulator/approval": { PUT: putApproval },
};

function putFaults(controls: Controls, body: string) {
  const script = parseFaultScript(body);
  controls.setFaults(script);
  return { faults: script.length };
}

function deleteFaults(controls: Controls) {
  controls.setFaults([]);
  return { faults: 0 };
}

function readApproval(body: string): { readonly labeler: string; readonly ratio: number | undefined } {
  const value: unknown = JSON.parse(body);
  if (!isRecord(value) || typeof value["labeler"] !== "string" || !("ratio" in value))
    throw new Error('the body must be {"labeler": "<id>", "ratio": 0.6 or null}');
  const { labeler, ratio } = value;
  if (ratio !== null && typeof ratio !== "number") throw new Error('"ratio" must be a number or null');
  return { labeler, ratio: ratio ?? undefined };
}

function putApproval(controls: Controls, body: string) {
  const { labeler, ratio } = readApproval(body);
  controls.setApproval(labeler, ratio);
  return { labeler, ratio: ratio ?? null };
}

/** What a request wants to have done. */
interface ControlRequest {
  readonly method: string;
  readonly path: string;
  /** Undefined where it was too long to be read. */
  readonly body: string | undefined;
}

/** Does what a request to a control asks for. */
export function applyControl(controls: Controls, { method, path, body }: ControlRequest): Reply {
  const methods = Object.hasOwn(ACTIONS, path) ? ACTIONS[path] : undefined;
  if (!methods) return refusal(404, "no such simulator control");
  const action = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!action)
    return refusal(405, `use ${Object.keys(methods).join(" or ")}`, { allow: Object.keys(methods).join(", ") });
  if (body === undefined) return refusal(413, "the body is too long");
  try {
    return { status: 200, body: action(controls, body) };
  } catch (error) {
    return refusal(400, error instanceof Error ? error.message : String(error));
  }
}
