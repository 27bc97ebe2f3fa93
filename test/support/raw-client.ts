import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { onTestFinished } from "vitest";

/** A request's bytes. */
export function requestText(method: string, path: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ Host: "x", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** A client that does what no library would: it floods, stalls, trickles and resets. */
export interface RawClient {
  readonly socket: Socket;
  /** Sends bytes as they are, and resolves when the system has taken them. */
  readonly send: (bytes: string) => Promise<void>;
  /** The status of the answer that comes next, without reading on; undefined when the connection ends instead. */
  readonly status: () => Promise<number | undefined>;
  /** Everything else that is received until the connection ends. */
  readonly rest: () => Promise<string>;
  /** Ends the connection with RST: the server loses what it has not sent yet. */
  readonly reset: () => Promise<void>;
}

/**
 * Connects a client that reads nothing until it is asked to; the end of the test ends it.
 * @param from the address that it comes from
 */
export async function dial(port: number, from = "127.0.0.1"): Promise<RawClient> {
  const socket = connect({ port, host: "127.0.0.1", localAddress: from }).pause();
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  // What becomes of the connection shows in `close`; the server may cut it at any time.
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => socket.once("close", resolve));
  return {
    socket,
    send: (bytes) =>
      new Promise((resolve) => {
        socket.write(bytes, () => {
          resolve();
        });
      }),
    status: async () => {
      await Promise.race([once(socket, "readable"), closed]);
      const first = /^HTTP\/1\.1 (\d+)/.exec(String(socket.read() as Buffer | null));
      return first ? Number(first[1]) : undefined;
    },
    rest: async () => {
      const chunks: Buffer[] = [];
      socket.on("data", (chunk: Buffer) => chunks.push(chunk)).resume();
      await closed;
      return Buffer.concat(chunks).toString("latin1");
    },
    reset: async () => {
      // Libuv cannot reset a connection that the server has closed already.
      if (socket.readyState === "open") socket.resetAndDestroy();
      // A reset alone would wait until everything is sent.
      socket.destroy();
      await closed;
    },
  };
}
