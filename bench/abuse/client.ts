import { type Socket, type TcpNetConnectOpts, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import type { Means, Outcomes, Target } from "./attack.ts";

/** Outcomes of a connection that brought no status. */
export const CLOSED = "closed";
export const HELD = "held";

/** Addresses of the attackers begin here: 127.0.0.1 is the scraper's. */
const FIRST_HOST = 10;

/** The address of an attacker's connection. */
export function addressOf(index: number, { addresses }: Pick<Means, "addresses">): string {
  return `127.0.0.${String(FIRST_HOST + (index % addresses))}`;
}

/** The bytes of a request. */
export function requestText(method: string, path: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ Host: "x", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** Connects. What ends a connection shows in `close` alone. */
function dial(target: Target, localAddress: string, options: Pick<TcpNetConnectOpts, "onread"> = {}): Socket {
  const to = { port: target.port, host: "127.0.0.1", localAddress, ...options };
  const socket = target.isEncrypted ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to);
  return socket.on("error", () => undefined);
}

/** A connection that does nothing yet. */
export function open(target: Target, localAddress: string): Socket {
  return dial(target, localAddress);
}

/** A connection of an attack, and the statuses that it has brought so far. */
export interface Client {
  readonly socket: Socket;
  readonly statuses: readonly string[];
}

const STATUS = /HTTP\/1\.[01] (\d{3}) /g;
/** One character less than such a beginning of a response, of which a chunk may hold the first part. */
const CARRIED = 12;

function statusesIn(text: string): string[] {
  return [...text.matchAll(STATUS)].map(([, status = ""]) => status);
}

/** Reads all that a connection brings, and keeps the statuses. */
export function reading(socket: Socket): Client {
  const statuses: string[] = [];
  let carried = "";
  socket.on("data", (chunk: Buffer) => {
    const text = carried + chunk.toString("latin1");
    statuses.push(...statusesIn(text));
    carried = text.slice(-CARRIED);
  });
  return { socket, statuses };
}

/** Does the same, and ends the connection at the first response to its request. */
export function readingOne(socket: Socket): Client {
  const client = reading(socket);
  socket.on("data", () => {
    if (client.statuses.some((status) => status !== "100")) socket.destroy();
  });
  return client;
}

/** A client that reads byte by byte. */
export interface SlowReader extends Client {
  /** Resolves when there is a status, or the connection has ended. */
  readonly answered: Promise<unknown>;
}

/** A connection that reads a byte each time that it is resumed, and gives up when it is refused. */
export function openSlowReader(target: Target, localAddress: string): SlowReader {
  const statuses: string[] = [];
  let text = "";
  const onread = {
    buffer: Buffer.alloc(1),
    callback: (_count: number, buffer: Uint8Array) => {
      text += String.fromCharCode(buffer[0] ?? 0);
      const [status] = statuses.length === 0 ? statusesIn(text) : [];
      if (status !== undefined) {
        statuses.push(status);
        socket.emit("status");
        if (status !== "200") socket.destroy();
      }
      return false;
    },
  };
  const socket = dial(target, localAddress, { onread });
  return { socket, statuses, answered: event(socket, "status", "close") };
}

/** Resolves when one of these events comes. Unlike `once` of `node:events` it does not care about errors. */
export function event(socket: Socket, ...names: readonly string[]): Promise<true> {
  return new Promise((resolve) => {
    for (const name of names)
      socket.once(name, () => {
        resolve(true);
      });
  });
}

/** Resolves when a connection has ended; false when it was still open after that time. */
async function ended(socket: Socket, withinMs: number): Promise<boolean> {
  if (socket.closed) return true;
  const timer = new AbortController();
  const late = sleep(withinMs, false, { signal: timer.signal }).catch(() => false);
  const hasEnded = await Promise.race([event(socket, "close"), late]);
  timer.abort();
  return hasEnded;
}

/** Waits until every connection has ended or the time is over, notes what became of each, and leaves none open. */
export async function settle(
  clients: readonly Client[],
  { longestMs }: Pick<Means, "longestMs">,
  outcomes: Outcomes,
): Promise<void> {
  const end = performance.now() + longestMs;
  await Promise.all(
    clients.map(async ({ socket, statuses }) => {
      const hasEnded = await ended(socket, Math.max(0, end - performance.now()));
      for (const status of statuses) outcomes.note(status);
      if (statuses.length === 0) outcomes.note(hasEnded ? CLOSED : HELD);
      socket.destroy();
      await ended(socket, longestMs);
    }),
  );
}

/** A list of so many numbers from 0. */
export function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
