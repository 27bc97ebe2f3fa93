import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock, Moment } from "../clock.ts";
import { type PasswordChecker, readCredentials, type Users } from "./basic-auth.ts";

/** How many requests are let in: one for each interval, and so many at once after a quiet time. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** Lets requests in at a limited rate, for all clients together. */
export class TokenBucket {
  readonly #limit: RateLimit;
  readonly #clock: Pick<Clock, "moment">;
  #tokens: number;
  #filled: Moment;

  constructor(limit: RateLimit, clock: Pick<Clock, "moment">) {
    this.#limit = limit;
    this.#clock = clock;
    this.#tokens = limit.burst;
    this.#filled = clock.moment();
  }

  /** Takes a token. Without one, how many milliseconds it takes until there is one again. */
  take(): number | undefined {
    const { intervalMs, burst } = this.#limit;
    const now = this.#clock.moment();
    this.#tokens = Math.min(burst, this.#tokens + now.msSince(this.#filled) / intervalMs);
    this.#filled = now;
    if (this.#tokens < 1) return (1 - this.#tokens) * intervalMs;
    this.#tokens -= 1;
    return undefined;
  }
}

/** What is asked of a request, and what its response gets. */
export interface RequestRules {
  readonly headers: Readonly<Record<string, string>>;
  /** Without users every client is let in. */
  readonly users: Users;
  /** Undefined lets in any number. */
  readonly rate: TokenBucket | undefined;
}

/** What the guard needs. */
export interface GuardDeps {
  /** The rules of this moment. */
  readonly rules: () => RequestRules;
  readonly passwords: Pick<PasswordChecker, "check">;
  /** Whether the client of a connection, on this machine, has shown no certificate that lets it in. */
  readonly isUnproven: (socket: Socket) => boolean;
  /** Takes what could not be checked: a bug, or a library that cannot be loaded. */
  readonly onError: (error: unknown) => void;
}

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;

/** Whether the client runs on this machine. No packet with such addresses comes in over a network. */
export function isLocal({ remoteAddress, localAddress }: Socket): boolean {
  return remoteAddress !== undefined && (LOOPBACK.test(remoteAddress) || remoteAddress === localAddress);
}

/** What this machine's supervisor asks, which has neither a password nor a certificate. The response says nothing else. */
function isHealthCheck({ method = "", url, socket }: IncomingMessage): boolean {
  return url === "/-/healthy" && /^(?:GET|HEAD)$/.test(method) && isLocal(socket);
}

/** A response without the page that was asked for. */
function refuse(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", ...headers });
  response.end(`${text}\n`);
}

const CHALLENGE = { "WWW-Authenticate": 'Basic realm="roboflow-exporter", charset="UTF-8"' };

/** Answers 401, unless the request brings a user and the password that is theirs. */
async function authenticate(
  [request, response]: [IncomingMessage, ServerResponse],
  users: Users,
  { passwords }: GuardDeps,
  letIn: () => void,
): Promise<void> {
  const { headers, socket } = request;
  const credentials = readCredentials(headers.authorization);
  const verdict = credentials && (await passwords.check(users, credentials, socket.remoteAddress ?? ""));
  if (verdict === true) letIn();
  else if (verdict === "busy")
    refuse(response, 503, "Too many passwords are being checked; try again.", { "Retry-After": "1" });
  else refuse(response, 401, "Unauthorized.", CHALLENGE);
}

function take(
  listener: RequestListener,
  deps: GuardDeps,
  [request, response]: [IncomingMessage, ServerResponse],
): void {
  const { headers, rate, users } = deps.rules();
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const letIn = () => {
    listener(request, response);
  };
  const waitMs = isHealthCheck(request) ? undefined : rate?.take();
  if (isHealthCheck(request)) letIn();
  else if (waitMs !== undefined)
    refuse(response, 429, "Too many requests.", { "Retry-After": String(Math.ceil(waitMs / 1000)) });
  else if (deps.isUnproven(request.socket)) refuse(response, 403, "A client certificate is required.");
  else if (Object.keys(users).length === 0) letIn();
  else
    authenticate([request, response], users, deps, letIn).catch((error: unknown) => {
      deps.onError(error);
      refuse(response, 500, "Internal error; see the log.");
    });
}

/** Puts the rules of the web configuration before a listener: it gets only the requests that keep them. */
export function guarded(listener: RequestListener, deps: GuardDeps): RequestListener {
  return (request, response) => {
    take(listener, deps, [request, response]);
  };
}
