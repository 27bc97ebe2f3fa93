import { STATUS_CODES } from "node:http";
import { ApiError } from "../errors.ts";
import { type Words, wordsOf } from "./connection-words.ts";
import { type Proxy, hostPort } from "./proxy-variables.ts";

/** One thing that went wrong, with the address where it did, if there were several. */
interface Cause {
  readonly code: string;
  readonly address: string | undefined;
  readonly words: Words | undefined;
}

function propertyOf(error: unknown, name: string): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
}

function textProperty(error: unknown, name: string): string | undefined {
  const value = propertyOf(error, name);
  return typeof value === "string" ? value : undefined;
}

/** What OpenSSL says, as Node.js makes a code of it elsewhere: `…:SSL routines:ssl3_get_record:wrong version number:…` */
function openSslCode(error: unknown): string | undefined {
  const [, said] = /:SSL routines:\w*:([\w ]+):/.exec(textProperty(error, "message") ?? "") ?? [];
  return said === undefined ? undefined : `ERR_SSL_${said.toUpperCase().replaceAll(" ", "_")}`;
}

/** The code of an error or of what caused it. */
function codeOf(error: unknown): string {
  const code = textProperty(error, "code");
  if (code === "EPROTO") return openSslCode(error) ?? code;
  if (code !== undefined && /^\w+$/.test(code)) return code;
  const name = textProperty(error, "name");
  // undici's parser gives no code, and that of a DOMException is a number.
  if (name === "HTTPParserError" || name === "AbortError") return name;
  const cause = propertyOf(error, "cause");
  return cause === undefined || cause === null ? "no code" : codeOf(cause);
}

/** A name of several addresses fails with a list of errors, one for each. */
function causesOf(error: unknown): Cause[] {
  const several = propertyOf(error, "errors");
  const errors: readonly unknown[] = Array.isArray(several) && several.length > 0 ? several : [error];
  return errors.map((one) => {
    const code = codeOf(one);
    return { code, address: errors.length > 1 ? textProperty(one, "address") : undefined, words: wordsOf(code) };
  });
}

function causeText({ code, address, words }: Cause): string {
  const what = words ? `${words.what} (${code})` : code;
  return address === undefined ? what : `${address}: ${what}`;
}

/**
 * Foreign messages are not passed on, since they may hold the URL and with it the key; what their code means is.
 * @param what what failed
 */
function errorOf(what: string, error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const causes = causesOf(error);
  const remedy = causes.find(({ words }) => words?.remedy !== undefined)?.words?.remedy;
  const texts = [...new Set(causes.map(causeText))].join(", ");
  const reason = causes.every(({ words }) => words?.isTimeout) ? "timeout" : "network";
  return new ApiError([`${what}: ${texts}`, remedy].filter((part) => part !== undefined).join("; "), { reason });
}

/** No connection came about. `peer` is `host:port`. */
export function connectError(peer: string, error: unknown): ApiError {
  return errorOf(`cannot connect to ${peer}`, error);
}

function proxyText(proxy: Proxy): string {
  return `the proxy ${hostPort(proxy)}`;
}

/** No connection to the proxy came about, or it gave no answer. */
export function proxyConnectError(proxy: Proxy, error: unknown): ApiError {
  return errorOf(`cannot connect to ${proxyText(proxy)} of ${proxy.variable}`, error);
}

/** A connection that broke: before the answer, or in the middle of it. */
export function brokenError(peer: string, error: unknown, hasAnswer: boolean): ApiError {
  const when = hasAnswer ? "in the middle of the answer" : "before the answer";
  return errorOf(`the connection to ${peer} failed ${when}`, error);
}

function tunnelRemedy({ authorization, variable }: Proxy, status: number): string | undefined {
  if (status === 407 && authorization !== undefined) return `check the user and the password in ${variable}`;
  if (status === 407) return `write a user and a password into ${variable}, like http://user:password@host:port`;
  if (status === 403) return "let the proxy's rules allow it, or name the host in NO_PROXY";
  if (status === 502 || status === 503 || status === 504) return "the proxy itself cannot reach it";
  return `check that ${variable} names a proxy that allows CONNECT`;
}

/** A proxy answered, but gives no tunnel to `target`. */
export function tunnelRefused(proxy: Proxy, status: number, target: string): ApiError {
  const answer = [status, STATUS_CODES[status]].filter((part) => part !== undefined).join(" ");
  const message = `${proxyText(proxy)} refuses to connect to ${target}: ${answer}`;
  return new ApiError([message, tunnelRemedy(proxy, status)].join("; "), { reason: "network" });
}
