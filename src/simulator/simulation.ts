import { dayInZone, minuteAt } from "./days.ts";
import { type Behaviour, DEFAULT_BEHAVIOUR, driftsOf } from "./deviations.ts";
import { type FaultScript, createFaultPlayer, requestUnder, transmissionOf } from "./faults.ts";
import { type Approvals, type Present, createHistories } from "./history.ts";
import { createDatasets } from "./projects.ts";
import type { ApiRequest, Reply, Transmission } from "./http.ts";
import { answer, routeOf } from "./routes.ts";
import { type Workspace, type WorkspaceOptions, createWorkspaces } from "./workspaces.ts";

/** A labeler whose approval of the last seven days is given, whatever the scenario. */
interface ApprovalDrop {
  /** Labeler id. */
  readonly labeler: string;
  /** Share of reviewed images that pass at once, 0 to 1. */
  readonly ratio: number;
}

/** Everything about the simulator except the network. */
export interface SimulationOptions extends WorkspaceOptions {
  /** The clock, in epoch milliseconds. */
  readonly now: () => number;
  readonly faults?: FaultScript | undefined;
  readonly approvalDrop?: ApprovalDrop | undefined;
  /** What is not given is as in {@link DEFAULT_BEHAVIOUR}. */
  readonly behaviour?: Partial<Behaviour> | undefined;
}

/** A request that arrived, without its key. */
export interface RecordedRequest {
  readonly path: string;
  /** The query without the key. */
  readonly query: string;
  readonly workspace: string | undefined;
  readonly at: number;
}

/** What can be changed while the simulator runs. */
export interface Controls {
  readonly setFaults: (script: FaultScript) => void;
  /**
   * Sets a labeler's first-pass approval of the last seven days; undefined restores their own.
   * @throws Error for an unknown labeler, or a ratio that is not from 0 to 1.
   */
  readonly setApproval: (labelerId: string, ratio: number | undefined) => void;
}

/** The simulated API without its server. */
export interface Simulation extends Controls {
  readonly workspaces: readonly Workspace[];
  readonly behaviour: Behaviour;
  /** The latest thousand requests, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Answers a request, changed by the fault that strikes it. */
  readonly respond: (request: ApiRequest) => Transmission;
}

/** A request with the moment at which it arrived. */
interface Arrival {
  readonly request: ApiRequest;
  readonly at: number;
}

const MAX_RECORDED = 1000;

function withoutKey(query: URLSearchParams): string {
  const kept = new URLSearchParams(query);
  kept.delete("api_key");
  return kept.toString();
}

/** The workspace that a request concerns: the one in its path, or the one that its key belongs to. */
function workspaceOf(workspaces: readonly Workspace[], { path, apiKey }: ApiRequest): string | undefined {
  return routeOf(path)?.workspace ?? workspaces.find((workspace) => workspace.apiKey === apiKey)?.name;
}

/** The approvals that replace labelers' own, and the way to change them. */
function createApprovals(workspaces: readonly Workspace[]): Pick<Controls, "setApproval"> & {
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

/** Answers without faults. */
function createAnswers(
  workspaces: readonly Workspace[],
  behaviour: Behaviour,
  approvals: Approvals,
): (arrival: Arrival) => Reply {
  const historyIn = createHistories();
  const datasetAt = createDatasets(historyIn("UTC"));
  return ({ request, at }) =>
    answer(workspaces, request, (fixedZone) => {
      const zone = fixedZone ?? behaviour.timeZone;
      const [today, minute] = [dayInZone(at, zone), minuteAt(at)];
      const datasetOf: Present["datasetOf"] = (workspace, project) => datasetAt(workspace, project, minute);
      return { behaviour, approvals, today, minute, history: historyIn(zone), datasetOf };
    });
}

function createRecord(workspaces: readonly Workspace[]) {
  const requests: RecordedRequest[] = [];
  return {
    requests,
    record: ({ request, at }: Arrival) => {
      const { path, query } = request;
      const kept = { path, query: withoutKey(query), workspace: workspaceOf(workspaces, request), at };
      if (requests.push(kept) > MAX_RECORDED) requests.shift();
    },
  };
}

/** What strikes requests and how they are answered, put together. */
function createResponder(workspaces: readonly Workspace[], behaviour: Behaviour, approvals: Approvals) {
  const answerTo = createAnswers(workspaces, behaviour, approvals);
  const drifts = driftsOf(behaviour);
  const faults = createFaultPlayer([]);
  const respond = ({ request, at }: Arrival): Transmission => {
    const fault = faults.take({
      endpoint: routeOf(request.path)?.endpoint,
      workspace: workspaceOf(workspaces, request),
      startDate: request.query.get("startDate") ?? undefined,
    });
    const reply = answerTo({ request: requestUnder(fault, request), at });
    return transmissionOf(reply, fault, reply.status === 200 ? drifts : []);
  };
  return { respond, setFaults: faults.set };
}

/**
 * Makes the simulated API.
 * @throws Error when `approvalDrop` names an unknown labeler
 */
export function createSimulation(options: SimulationOptions): Simulation {
  const { now, faults = [], approvalDrop } = options;
  const workspaces = createWorkspaces(options);
  const behaviour = { ...DEFAULT_BEHAVIOUR, ...options.behaviour };
  const { approvals, setApproval } = createApprovals(workspaces);
  const { requests, record } = createRecord(workspaces);
  const { respond, setFaults } = createResponder(workspaces, behaviour, approvals);
  setFaults(faults);
  if (approvalDrop) setApproval(approvalDrop.labeler, approvalDrop.ratio);
  return {
    ...{ workspaces, behaviour, requests, setFaults, setApproval },
    respond: (request) => {
      const arrival = { request, at: now() };
      record(arrival);
      return respond(arrival);
    },
  };
}
