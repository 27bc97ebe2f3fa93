import { type Socket, connect } from "node:net";
import { type ListenAddress, listenAddressText, readListenAddress } from "../config/config.ts";
import type { Host } from "./host.ts";

/** Where the exporter is asked for its health when no address is given. */
export const HEALTH_ADDRESS = "127.0.0.1:17626";

const TIMEOUT_MS = 3_000;
const PATH = "/-/healthy";

interface Target {
  readonly host: string;
  readonly port: number;
}

/** The host at which a server that listens on an address is reached from this machine. */
function reachable({ host, port }: ListenAddress): Target {
  return { host: host === undefined || host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host, port };
}

/** A name with several addresses fails with an error for each of them, and no message of its own. */
function describe(error: Error): string {
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return causes.map((cause) => (cause instanceof Error ? cause.message : String(cause))).join("; ");
}

/** The status in the first line of an answer. */
const STATUS_LINE = /^HTTP\/1\.\d (\d{3})\b/;
const STATUS_LENGTH = "HTTP/1.1 200 ".length;

/** What came back: a status, or what went wrong instead. */
type Answer =
  | { readonly status: string }
  | {
      readonly problem: string;
      /** Whether something is there that may expect another protocol. */
      readonly isOpen: boolean;
    };

/** Asks over a connection. Does not use Node's HTTP, which would be a tenth of the cost: only the status is needed, and it comes first. */
function ask(socket: Socket, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    let answer = "";
    let isOpen = false;
    const end = (result: Answer) => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(result);
    };
    const fail = (problem: string) => {
      end({ problem, isOpen });
    };
    const deadline = setTimeout(() => {
      end({ problem: `did not answer within ${timeoutMs / 1000} s`, isOpen: false });
    }, timeoutMs);
    socket.once("connect", () => (isOpen = true));
    socket.setEncoding("latin1").on("data", (text: string) => {
      answer += text;
      const [, status] = STATUS_LINE.exec(answer) ?? [];
      if (status !== undefined) end({ status });
      else if (answer.length >= STATUS_LENGTH) fail("answered, but not in HTTP");
    });
    socket.on("end", () => {
      fail("closed the connection without an answer");
    });
    socket.on("error", (error) => {
      fail(`cannot be reached: ${describe(error)}`);
    });
    socket.write(`GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  });
}

/** Asks over TLS. Whose certificate it is does not matter: nothing is sent, and nothing else is learned. */
async function askEncrypted(target: Target, timeoutMs: number): Promise<Answer> {
  const { connect: connectTls } = await import("node:tls");
  return ask(connectTls({ ...target, rejectUnauthorized: false }), timeoutMs);
}

/**
 * Asks a running exporter for its health, over TLS if that is what it expects. Takes no longer than `timeoutMs`, whatever
 * comes back and however slowly.
 * @returns undefined when it is healthy, else what is wrong
 */
export async function checkHealth(address: ListenAddress, timeoutMs = TIMEOUT_MS): Promise<string | undefined> {
  const target = reachable(address);
  const url = `://${listenAddressText(target)}${PATH}`;
  const end = performance.now() + timeoutMs;
  const plain = await ask(connect(target), timeoutMs);
  if ("status" in plain) return problemOf(`http${url}`, plain.status);
  const encrypted = plain.isOpen ? await askEncrypted(target, end - performance.now()) : plain;
  return "status" in encrypted ? problemOf(`https${url}`, encrypted.status) : `http${url} ${plain.problem}`;
}

function problemOf(url: string, status: string): string | undefined {
  return status === "200" ? undefined : `${url} answered ${status}`;
}

/** What the command needs of the process. */
type HealthHost = Pick<Host, "env"> & { readonly stderr: { readonly write: (text: string) => unknown } };

/** A key may have been given as the address. What hides it is loaded only when there is a problem to report. */
async function report(problem: string, text: string, { env, stderr }: HealthHost): Promise<void> {
  const { createFirstRedactor } = await import("./early-errors.ts");
  stderr.write(`${createFirstRedactor({ env }, [text])(problem)}\n`);
}

/**
 * The whole command.
 * @param text the address it was given
 * @returns the exit code: 1 also for an address that cannot be asked, since 2 means nothing to docker
 */
export async function runHealthcheck(text: string, host: HealthHost): Promise<0 | 1> {
  const address = readListenAddress(text);
  const problem = address.ok
    ? await healthOf(address.value)
    : `--web.listen-address: ${JSON.stringify(text)} ${address.problem}`;
  if (problem !== undefined) await report(problem, text, host);
  return problem === undefined ? 0 : 1;
}

function healthOf(address: ListenAddress): Promise<string | undefined> | string {
  if (address.port !== 0) return checkHealth(address);
  const text = JSON.stringify(listenAddressText(address));
  return `--web.listen-address: ${text} is any free port; give the one that the exporter listens on`;
}

/** The address in the command's usual arguments; undefined for any others. */
function usualAddress(args: readonly string[]): string | undefined {
  const [first = "", second, ...rest] = args;
  const flag = "--web.listen-address";
  if (args.length === 0) return HEALTH_ADDRESS;
  if (first.startsWith(`${flag}=`) && second === undefined) return first.slice(flag.length + 1);
  return first === flag && rest.length === 0 ? second : undefined;
}

/**
 * Runs the command without loading the program, at a tenth of the cost: supervisors run it every few seconds.
 * @returns the exit code; undefined when the arguments are not the usual ones, so that the program must read them
 */
export async function runQuickHealthcheck(
  [command, ...args]: readonly string[],
  host: HealthHost,
): Promise<0 | 1 | undefined> {
  const address = command === "healthcheck" ? usualAddress(args) : undefined;
  return address === undefined ? undefined : runHealthcheck(address, host);
}
