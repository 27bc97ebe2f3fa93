import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How long a response may take. */
export interface ResponseLimits {
  /** For a client that does not say how long it waits. */
  readonly responseMs: number;
  /** The longest that a client can ask for. */
  readonly longestResponseMs: number;
  /** How long a connection stays open after a response that came before the end of the request. */
  readonly lingerMs: number;
}

/** A request and its response. */
export type Exchange = readonly [IncomingMessage, ServerResponse];

/**
 * Ends a connection on which more may come that is not wanted. To close it at once would reset it, and with that take
 * the response from a client that has not read it yet. So it is closed for sending, read no more, and cut a moment later.
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
function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

/** Ends the connection after the response to a request with a body. Node would read the body to its end, if it has one. */
function endAfterResponse(request: IncomingMessage, lingerMs: number): void {
  const { socket } = request;
  const destroySoon = socket.destroySoon.bind(socket);
  // What Node calls after a last response.
  socket.destroySoon = () => {
    if (request.complete) destroySoon();
    else endUnread(socket, lingerMs);
  };
}

/**
 * How long the response to a request may take, to its last byte. Prometheus says how long it waits, and what comes later
 * is of no use to it. Source: Prometheus' `scrape/scrape.go`
 */
export function responseLimitMs(
  { headers }: IncomingMessage,
  { responseMs, longestResponseMs }: Omit<ResponseLimits, "lingerMs">,
): number {
  const seconds = Number(headers["x-prometheus-scrape-timeout-seconds"]);
  return seconds > 0 ? Math.min(seconds * 1000, longestResponseMs) : responseMs;
}

/**
 * Calls back once, when a response is over: sent, or lost with its connection. The connection's end is listened to as
 * well, because Node forgets a response that waits behind another on its connection, and never says that it is over.
 */
export function whenOver({ socket }: IncomingMessage, response: ServerResponse, then: () => void): void {
  let isOver = false;
  const over = (): void => {
    response.off("close", over);
    socket.off("close", over);
    // One of the two events may be the cause of the other, and its listeners are called although they were taken off.
    if (!isOver) then();
    isOver = true;
  };
  // Not `once`, which makes another function of each: this is done for every request.
  response.on("close", over);
  socket.on("close", over);
}

/**
 * Responds to a request within the time that it may take.
 * @param then called once when the response is over
 */
export function respond(
  listener: RequestListener,
  limits: ResponseLimits,
  [request, response]: Exchange,
  then: () => void,
): void {
  if (hasBody(request)) {
    response.shouldKeepAlive = false;
    endAfterResponse(request, limits.lingerMs);
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
