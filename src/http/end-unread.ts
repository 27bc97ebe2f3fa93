import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/**
 * Ends a connection on which more may come that is not wanted. To close it at once would reset it, and with that take
 * the answer from a client that has not read it yet. So it is closed for sending, read no more, and cut a moment later.
 */
export function endUnread(socket: Socket, lingerMs: number): void {
  socket.end();
  // Later, because Node begins to read the rest of a body in this turn.
  setImmediate(() => socket.pause());
  const cut = setTimeout(() => {
    socket.destroy();
  }, lingerMs);
  socket.once("close", () => {
    clearTimeout(cut);
  });
}

/** Whether a body comes with the request. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

/** Has the connection end after the answer to a request with a body. Node would read the body to its end, if it has one. */
export function endAfterAnswer(request: IncomingMessage, lingerMs: number): void {
  const { socket } = request;
  const destroySoon = socket.destroySoon.bind(socket);
  // What Node calls after a last response.
  socket.destroySoon = () => {
    if (request.complete) destroySoon();
    else endUnread(socket, lingerMs);
  };
}
