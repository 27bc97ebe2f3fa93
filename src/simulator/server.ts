import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { applyControl, CONTROL_PREFIX, type Controls } from "./controls.ts";
import { transmissionOf } from "./faults.ts";
import { readBody, readRequest, send, type Transmission } from "./http.ts";
import { createSimulation, type RecordedRequest, type Simulation, type SimulationOptions } from "./simulation.ts";

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
