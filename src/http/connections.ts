import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { endAfterAnswer, endUnread, hasBody } from "./end-unread.ts";
import { type ResponseLimits, responseLimitMs } from "./response-limit.ts";
import { type Connection, type RoomLimits, createRoom } from "./room.ts";
import { whenOver } from "./when-over.ts";

/** What clients may take of the connections, one of them and all together. */
export interface ConnectionLimits extends ResponseLimits, RoomLimits {
  /** Requests that may wait on a connection behind the one that is being answered. */
  readonly waiting: number;
  /** How long a connection stays open after an answer that came before the end of the request. */
  readonly lingerMs: number;
}

/** What a server does with its connections. */
export interface Connections {
  /** Takes a new one, or refuses it. */
  readonly admit: (socket: Socket) => void;
  /** Answers a request when it is its turn. */
  readonly take: (request: IncomingMessage, response: ServerResponse) => void;
  /** Refuses a CONNECT request. */
  readonly refuseTunnel: (request: IncomingMessage) => void;
  /** Ends the idle ones at once, each other one after the response it is sending, and takes no more. */
  readonly drain: () => void;
}

const NO_TUNNEL = `HTTP/1.1 405 Method Not Allowed\r
Allow: GET, HEAD\r
Connection: close\r
Content-Length: 0\r
\r
`;

/** Answers 405 to CONNECT, unless an answer to another request is on its way. */
function refuseTunnel(socket: Socket, isBusy: boolean, lingerMs: number): void {
  // Node has taken its listeners off.
  socket.on("error", () => undefined);
  if (isBusy) socket.destroy();
  else {
    socket.write(NO_TUNNEL);
    endUnread(socket, lingerMs);
  }
}

/** Answers a request within the time that it may take. */
function answer(
  listener: RequestListener,
  limits: ConnectionLimits,
  [request, response]: [IncomingMessage, ServerResponse],
  then: () => void,
): void {
  if (hasBody(request)) {
    response.shouldKeepAlive = false;
    endAfterAnswer(request, limits.lingerMs);
  }
  const cut = setTimeout(
    () => {
      request.socket.destroy();
    },
    responseLimitMs(request, limits),
  );
  whenOver(request, response, () => {
    clearTimeout(cut);
    then();
  });
  listener(request, response);
}

/**
 * Keeps a server's connections within limits. Each answers one request at a time, as Go's servers do: Node would hand
 * over at once a whole flood of requests that a client sends without waiting for the answers.
 */
export function createConnections(listener: RequestListener, limits: ConnectionLimits): Connections {
  const room = createRoom(limits);
  let isDraining = false;

  const serve = (connection: Connection, ...turn: [IncomingMessage, ServerResponse]): void => {
    const { socket, waiting } = connection;
    const [, response] = turn;
    connection.current = response;
    if (isDraining) response.shouldKeepAlive = false;
    answer(listener, limits, turn, () => {
      connection.current = undefined;
      room.used(connection);
      // After a last response the connection is about to end.
      if (!socket.writable) return;
      const next = waiting.shift();
      if (isDraining) socket.destroySoon();
      else if (next) serve(connection, ...next);
    });
  };

  return {
    admit: (socket) => {
      if (isDraining || !room.admit(socket)) socket.destroy();
    },
    take: (request, response) => {
      const connection = room.find(request.socket);
      if (!connection) return;
      if (!connection.current) serve(connection, request, response);
      else if (connection.waiting.length < limits.waiting) connection.waiting.push([request, response]);
      // What Node has read of a flood stays in memory until the connection ends.
      else request.socket.destroy();
    },
    refuseTunnel: ({ socket }) => {
      refuseTunnel(socket, room.find(socket)?.current !== undefined, limits.lingerMs);
    },
    drain: () => {
      isDraining = true;
      for (const { current, socket } of room.all()) {
        if (!current) socket.destroy();
        else if (!current.headersSent) current.shouldKeepAlive = false;
      }
    },
  };
}
