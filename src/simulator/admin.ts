import { parseFaultScript } from "./fault-script.ts";
import type { FaultScript } from "./faults.ts";
import { refusal, type Reply } from "./reply.ts";

/** What can be changed while the simulator runs. */
export interface Controls {
  readonly setFaults: (script: FaultScript) => void;
  /** @throws Error when there is no such labeler or the ratio is not from 0 to 1. */
  readonly setApproval: (labelerId: string, ratio: number | undefined) => void;
}

/** Paths under this prefix change the simulator and are no part of the API. */
export const ADMIN_PREFIX = "/_simulator/";

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
  const known = typeof value === "object" && value !== null && "labeler" in value && "ratio" in value;
  if (!known || typeof value.labeler !== "string") throw new Error('want {"labeler": "<id>", "ratio": 0.6 or null}');
  if (value.ratio !== null && typeof value.ratio !== "number") throw new Error('"ratio" must be a number or null');
  return { labeler: value.labeler, ratio: value.ratio ?? undefined };
}

function putApproval(controls: Controls, body: string) {
  const { labeler, ratio } = readApproval(body);
  controls.setApproval(labeler, ratio);
  return { labeler, ratio: ratio ?? null };
}

/** Does what an admin request asks; the body is undefined when it was too long to be read. */
export function administer(controls: Controls, method: string, path: string, body: string | undefined): Reply {
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
