import { STATUS_CODES } from "node:http";
import { ApiError } from "../errors.ts";
import { type Proxy, hostPort } from "./proxy.ts";

/** What an error's code means. */
interface Words {
  /** Completes "cannot connect to HOST:PORT: …". */
  readonly what: string;
  readonly remedy?: string;
  /** Whether time ran out. */
  readonly isTimeout?: true;
}

const DNS = "check the name and this machine's DNS";
const TRUST = "if it is to be trusted, set NODE_EXTRA_CA_CERTS to a file with its CA's certificate (PEM)";
const ROUTE = "check this machine's routes and firewall";
const SCHEME = "write http:// instead of https://, or correct the port";
const UNKNOWN_ISSUER = { what: "its certificate's issuer is not known here", remedy: TRUST };
const IN_TIME = { what: "no answer in time", isTimeout: true } as const;

/** Source: Node.js' documentation, "Common system errors" and "X509 certificate error codes"; undici's errors. */
const WORDS: Readonly<Record<string, Words>> = {
  ENOTFOUND: { what: "DNS does not know the name", remedy: DNS },
  ENODATA: { what: "DNS has no address for the name", remedy: DNS },
  EAI_AGAIN: { what: "DNS does not answer at the moment", remedy: "check this machine's DNS" },
  ECONNREFUSED: { what: "the connection was refused", remedy: "check the address, and that something listens there" },
  ECONNRESET: { what: "the connection was reset" },
  ECONNABORTED: { what: "the connection was aborted" },
  EPIPE: { what: "the connection was closed" },
  UND_ERR_SOCKET: { what: "the connection was closed" },
  EHOSTUNREACH: { what: "the host cannot be reached", remedy: ROUTE },
  EHOSTDOWN: { what: "the host is down", remedy: ROUTE },
  ENETUNREACH: { what: "the network cannot be reached", remedy: ROUTE },
  ENETDOWN: { what: "the network is down", remedy: ROUTE },
  EACCES: { what: "this machine does not permit the connection", remedy: ROUTE },
  EPERM: { what: "this machine does not permit the connection", remedy: ROUTE },
  EADDRNOTAVAIL: { what: "this machine has no address or port left for the connection", remedy: ROUTE },
  EMFILE: { what: "this process has too many files open", remedy: "raise its limit (ulimit -n)" },
  ENFILE: { what: "this machine has too many files open" },
  ETIMEDOUT: IN_TIME,
  UND_ERR_CONNECT_TIMEOUT: IN_TIME,
  UND_ERR_HEADERS_TIMEOUT: IN_TIME,
  UND_ERR_BODY_TIMEOUT: IN_TIME,
  DEPTH_ZERO_SELF_SIGNED_CERT: { what: "its certificate is self-signed", remedy: TRUST },
  SELF_SIGNED_CERT_IN_CHAIN: { what: "its certificates lead to a root that is not trusted here", remedy: TRUST },
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_ISSUER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_ISSUER,
  CERT_HAS_EXPIRED: { what: "its certificate has expired", remedy: "renew it, or correct this machine's clock" },
  CERT_NOT_YET_VALID: { what: "its certificate is not valid yet", remedy: "correct this machine's clock" },
  CERT_REVOKED: { what: "its certificate is revoked" },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    what: "its certificate is for another name",
    remedy: "use a name that the certificate holds",
  },
  ERR_SSL_WRONG_VERSION_NUMBER: { what: "it does not speak TLS", remedy: SCHEME },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: { what: "it does not speak TLS", remedy: SCHEME },
  UND_ERR_HEADERS_OVERFLOW: { what: "the answer's headers are larger than 16 KiB" },
  HPE_HEADER_OVERFLOW: { what: "the answer's headers are larger than 16 KiB" },
  HPE_INVALID_EOF_STATE: { what: "the connection was closed" },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: { what: "the answer is not as long as it says" },
  Z_BUF_ERROR: { what: "the compressed answer is cut short" },
  AbortError: { what: "the request was aborted" },
  ABORT_ERR: { what: "the request was aborted" },
  UND_ERR_ABORTED: { what: "the request was aborted" },
  UND_ERR_DESTROYED: { what: "the request was aborted" },
  UND_ERR_CLOSED: { what: "the request was aborted" },
};

/** For codes of which there are many. */
const PATTERNS: readonly (readonly [RegExp, Words])[] = [
  [/^EAI_/, { what: "DNS failed", remedy: DNS }],
  [
    /^(HPE_|HTTPParserError$)/,
    { what: "it does not speak HTTP", remedy: "check the address and the port; a TLS port needs https://" },
  ],
  [/^ERR_SSL_.*(PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/, { what: "the two sides have no TLS version in common" }],
  [/^ERR_SSL_.*CERTIFICATE_REQUIRED$/, { what: "it requires a client certificate, which the exporter does not have" }],
  [/^(ERR_SSL_|EPROTO$)/, { what: "the TLS handshake failed" }],
  [/CERT|^(INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH)$/, { what: "its certificate is not valid" }],
  [/^(Z_|ERR__|ERR_PADDING|ERR_BROTLI)/, { what: "the compressed answer is damaged" }],
];

/** What a code means; undefined for one that means nothing to people. */
function wordsOf(code: string): Words | undefined {
  return Object.hasOwn(WORDS, code) ? WORDS[code] : PATTERNS.find(([pattern]) => pattern.test(code))?.[1];
}

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

/** The code that Node.js makes elsewhere of what OpenSSL reports: `…:SSL routines:ssl3_get_record:wrong version number:…` */
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
