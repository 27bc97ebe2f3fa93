import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Exchange, type ResponseLimits, endUnread, respond } from "./bounded-response.ts";
import { type Connection, type ConnectionCounts, OpenConnections } from "./open-connections.ts";

/** What clients may take of the connections, one of them and all together. */
export interface ConnectionLimits extends ResponseLimits, ConnectionCounts {
  /** Requests that may wait on a connection behind the one that is being responded to. */
  readonly waiting: number;
}

const NO_TUNNEL = `HTTP/1.1 405 Method Not Allowed\r
Allow: GET, HEAD\r
Connection: close\r
Content-Length: 0\r
\r
`;

/**
 * Ends a connection and reads no more of the requests that have come on it. Node would make objects of them all, a thousand
 * and more of what it reads at a time, and keep them until the connection has ended: with many such connections in the
 * same turn they took more than the heap. Its parser can be paused in no documented way.
 */
function endFlood(socket: Socket): void {
  const parser: unknown = Reflect.get(socket, "parser");
  const pause: unknown = typeof parser === "object" && parser !== null ? Reflect.get(parser, "pause") : undefined;
  if (typeof pause === "function") Reflect.apply(pause, parser, []);
  socket.destroy();
}

/**
 * Keeps a server's connections within limits. Each responds to one request at a time, as Go's servers do: Node would hand
 * over at once a whole flood of requests that a client sends without waiting for the responses.
 */
export class Connections {
  readonly #listener: RequestListener;
  readonly #limits: ConnectionLimits;
  readonly #open: OpenConnections;
  #isDraining = false;

  constructor(listener: RequestListener, limits: ConnectionLimits) {
    this.#listener = listener;
    this.#limits = limits;
    this.#open = new OpenConnections(limits);
  }

  /** Takes a new one; false when it had to be refused. */
  readonly admit = (socket: Socket): boolean => {
    const isAdmitted = !this.#isDraining && this.#open.admit(socket);
    if (!isAdmitted) socket.destroy();
    return isAdmitted;
  };

  /** Takes the encrypted socket of one that was taken, once its handshake is done; false when it has ended meanwhile. */
  readonly encrypted = (socket: Socket): boolean => this.#open.encrypted(socket);

  /** Responds to a request when it is its turn. */
  readonly take = (request: IncomingMessage, response: ServerResponse): void => {
    const connection = this.#open.find(request.socket);
    if (!connection) return;
    if (!connection.current) this.#serve(connection, [request, response]);
    else if (connection.waiting.length < this.#limits.waiting) connection.waiting.push([request, response]);
    else endFlood(request.socket);
  };

  /** Answers 405 to CONNECT, unless a response to another request is on its way. */
  readonly refuseTunnel = ({ socket }: IncomingMessage): void => {
    // Node has taken its listeners off.
    socket.on("error", () => undefined);
    if (this.#open.find(socket)?.current) {
      socket.destroy();
      return;
    }
    socket.write(NO_TUNNEL);
    endUnread(socket, this.#limits.lingerMs);
  };

  /** Ends the idle ones at once, each other one after the response it is sending, and takes no more. */
  readonly drain = (): void => {
    this.#isDraining = true;
    for (const { current, socket } of this.#open.all()) {
      if (!current) socket.destroy();
      else if (!current.headersSent) current.shouldKeepAlive = false;
    }
  };

  #serve(connection: Connection, exchange: Exchange): void {
    const [, response] = exchange;
    connection.current = response;
    if (this.#isDraining) response.shouldKeepAlive = false;
    respond(this.#listener, this.#limits, exchange, () => {
      this.#goOn(connection);
    });
  }

  #goOn(connection: Connection): void {
    const { socket, waiting } = connection;
    connection.current = undefined;
    this.#open.used(connection);
    // After a last response the connection is about to end.
    if (!socket.writable) return;
    const next = waiting.shift();
    if (this.#isDraining) socket.destroySoon();
    else if (next) this.#serve(connection, next);
  }
}
