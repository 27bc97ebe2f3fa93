import type { Controls } from "./admin.ts";
import { type Behaviour, DEFAULT_BEHAVIOUR, driftsOf } from "./behaviour.ts";
import { dayInZone, minuteAt } from "./days.ts";
import { createFaultBook, type FaultScript } from "./faults.ts";
import { withoutFilters, withoutKey } from "./request.ts";
import { refusal, type Reply } from "./reply.ts";
import { answer, routeOf, type ApiRequest } from "./routes.ts";
import { type SessionBook, createSessionBook } from "./session-book.ts";
import { sessionsInZone } from "./zone-sessions.ts";
import { transmissionOf, type Transmission } from "./transmission.ts";
import { createWorld, fallingApprovals, type Workspace, type WorldOptions } from "./world.ts";

/** A labeler whose approval of the last seven days is given, whatever the scenario. */
export interface ApprovalDrop {
  /** Labeler id. */
  readonly labeler: string;
  /** Share of reviewed images that pass at once, 0 to 1. */
  readonly ratio: number;
}

/** Everything about the simulator but the network. */
export interface SimulationOptions extends WorldOptions {
  /** The clock, in epoch milliseconds. */
  readonly now: () => number;
  readonly faults?: FaultScript | undefined;
  readonly approvalDrop?: ApprovalDrop | undefined;
  /** Whether the legacy endpoint is still there; it is unless said otherwise. */
  readonly legacy?: "served" | "gone" | undefined;
  /** What is not given is as in {@link DEFAULT_BEHAVIOUR}. */
  readonly behaviour?: Partial<Behaviour> | undefined;
}

/** A request that came in; the key is never kept. */
export interface RecordedRequest {
  readonly path: string;
  /** The query without the key. */
  readonly query: string;
  readonly workspace: string | undefined;
  readonly at: number;
}

/** The simulated API without its server. */
export interface Simulation extends Controls {
  readonly world: readonly Workspace[];
  readonly behaviour: Behaviour;
  /** The latest thousand requests, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Answers a request, spoilt by the fault that strikes it. */
  readonly respond: (request: ApiRequest) => Transmission;
}

const MAX_RECORDED = 1000;

function changeApproval(
  approvals: Map<string, number>,
  world: readonly Workspace[],
  drop: Partial<ApprovalDrop>,
): void {
  const { labeler = "", ratio } = drop;
  const known = world.some((workspace) => workspace.labelers.some(({ id }) => id === labeler));
  if (!known) throw new Error(`there is no labeler "${labeler}"`);
  if (ratio !== undefined && !(ratio >= 0 && ratio <= 1))
    throw new Error(`the ratio must be from 0 to 1, got ${ratio}`);
  if (ratio === undefined) approvals.delete(labeler);
  else approvals.set(labeler, ratio);
}

function record(requests: RecordedRequest[], request: RecordedRequest): void {
  if (requests.push(request) > MAX_RECORDED) requests.shift();
}

/** Sessions by the days of a zone; UTC's as they are made. */
function createZonedBooks(): (zone: string) => SessionBook {
  const inUtc = createSessionBook();
  const books = new Map([["UTC", inUtc]]);
  return (zone) => {
    const book = books.get(zone) ?? sessionsInZone(inUtc, zone);
    books.set(zone, book);
    return book;
  };
}

/** Makes the simulated API. */
export function createSimulation(options: SimulationOptions): Simulation {
  const world = createWorld(options);
  const approvals = new Map(fallingApprovals(world));
  const faults = createFaultBook(options.faults ?? []);
  const behaviour = { ...DEFAULT_BEHAVIOUR, ...options.behaviour };
  const drifts = driftsOf(behaviour);
  const sessionsOf = createZonedBooks();
  const requests: RecordedRequest[] = [];
  if (options.approvalDrop) changeApproval(approvals, world, options.approvalDrop);

  function reply(request: ApiRequest, now: number): Reply {
    const isLegacy = routeOf(request.path)?.endpoint === "legacy";
    if (isLegacy && options.legacy === "gone") return refusal(410, "this endpoint has been removed");
    // The legacy endpoint is asked for instants, which are in no zone.
    const zone = isLegacy ? "UTC" : behaviour.timeZone;
    const moment = { today: dayInZone(now, zone), minute: minuteAt(now) };
    return answer(world, request, { ...moment, behaviour, approvals, sessions: sessionsOf(zone) });
  }

  function respond(request: ApiRequest): Transmission {
    const now = options.now();
    const route = routeOf(request.path);
    const owner = world.find(({ apiKey }) => apiKey === request.apiKey);
    const workspace = route?.workspace ?? owner?.name;
    record(requests, { path: request.path, query: withoutKey(request.query), workspace, at: now });
    const fault = faults.take(route, workspace, request.query);
    const unfiltered = fault && "drift" in fault && fault.drift === "ignored_filter";
    const answered = reply(unfiltered ? withoutFilters(request) : request, now);
    return transmissionOf(answered, fault, answered.status === 200 ? drifts : []);
  }

  return {
    world,
    behaviour,
    requests,
    respond,
    setFaults: (script) => {
      faults.set(script);
    },
    setApproval: (labeler, ratio) => {
      changeApproval(approvals, world, ratio === undefined ? { labeler } : { labeler, ratio });
    },
  };
}
