import { once } from "node:events";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { isRecord } from "../untrusted.ts";
import { parseFaultScript, transmissionOf } from "./faults.ts";
import { type Reply, type Transmission, readBody, readRequest, refusal, send } from "./http.ts";
import {
  type Controls,
  type RecordedRequest,
  type Simulation,
  type SimulationOptions,
  createSimulation,
} from "./simulation.ts";

/** How to start the simulator. */
export interface SimulatorOptions extends SimulationOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Defaults to 127.0.0.1. */
  readonly host?: string | undefined;
}

/** A served workspace, with what a client needs to ask for it. */
export interface SimulatedWorkspace {
  readonly name: string;
  readonly apiKey: string;
  readonly projects: readonly { readonly id: string; readonly slug: string }[];
  readonly labelers: readonly { readonly id: string; readonly displayName: string }[];
}

/** A running simulator. */
export interface Simulator extends Controls {
  /** `http://HOST:PORT`, without a slash at the end. */
  readonly url: string;
  readonly workspaces: readonly SimulatedWorkspace[];
  /** The latest thousand requests, oldest first; the keys are not kept. */
  readonly requests: readonly RecordedRequest[];
  /** Stops listening and closes all connections, the hanging ones too. */
  readonly close: () => Promise<void>;
}

/** Paths with this prefix change the simulator; the API does not have them. */
const CONTROL_PREFIX = "/_simulator/";

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
function applyControl(controls: Controls, { method, path, body }: ControlRequest): Reply {
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

async function transmissionFor(simulation: Simulation, message: IncomingMessage): Promise<Transmission> {
  const request = readRequest(message, simulation.behaviour.auth);
  if (!request.path.startsWith(CONTROL_PREFIX)) return simulation.respond(request);
  const { method, path } = request;
  return transmissionOf(applyControl(simulation, { method, path, body: await readBody(message) }), undefined);
}

async function handle(simulation: Simulation, message: IncomingMessage, response: ServerResponse, signal: AbortSignal) {
  try {
    await send(response, await transmissionFor(simulation, message), signal);
  } catch {
    // The client has disconnected or the simulator is closing: an error could not be sent any more.
    response.destroy();
  }
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  const bound = typeof address === "object" && address ? address.port : port;
  return `http://${host.includes(":") ? `[${host}]` : host}:${bound}`;
}

function describe({ workspaces }: Simulation): readonly SimulatedWorkspace[] {
  return workspaces.map(({ name, apiKey, projects, labelers }) => ({
    name,
    apiKey,
    projects: projects.map(({ id, slug }) => ({ id, slug })),
    labelers: labelers.map(({ id, displayName }) => ({ id, displayName })),
  }));
}

/**
 * Starts a server that answers as Roboflow's API does, for invented workspaces. Seed and clock determine every answer.
 * @throws when the port cannot be listened on, or `approvalDrop` names an unknown labeler
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const simulation = createSimulation(options);
  const closing = new AbortController();
  const server = createServer((message, response) => {
    void handle(simulation, message, response, closing.signal);
  });
  const url = await listen(server, options.port, options.host ?? "127.0.0.1");
  return {
    url,
    workspaces: describe(simulation),
    requests: simulation.requests,
    setFaults: simulation.setFaults,
    setApproval: simulation.setApproval,
    close: async () => {
      closing.abort();
      // Called back with an error when it was closed before, so that closing twice is harmless.
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
