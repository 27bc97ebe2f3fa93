import { dirname, resolve } from "node:path";
import { showPath } from "../config/messages.ts";
import { RefusedError, systemWords } from "../errors.ts";
import { bad, good, type Result } from "../result.ts";
import { type Files, readFile } from "../storage/files.ts";
import { type Checked, readWebFile } from "./read-web-file.ts";
import type { TlsServerConfig, WebFile } from "./schema.ts";
import { type TlsSettings, createTlsSettings } from "./tls-settings.ts";
import type { RateLimit } from "./guard.ts";

/** The web configuration as it is used. */
export interface WebSettings {
  /** Undefined: connections are not encrypted. */
  readonly tls: TlsSettings | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly users: Readonly<Record<string, string>>;
  readonly rate: RateLimit | undefined;
}

/** The texts of the file and of all files that it names, or why they cannot be had. */
export interface WebTexts {
  readonly file: Checked<WebFile>;
  /** By the key that names the file, or that holds the text itself. */
  readonly pems: ReadonlyMap<string, Result<string>>;
  /** Equal texts have equal ones. */
  readonly fingerprint: string;
}

async function readText(path: string, files: Files): Promise<Result<string>> {
  try {
    const text = await readFile(path, files);
    return text === undefined ? bad("is not there; give the path of a readable file") : good(text);
  } catch (error) {
    const problem = error instanceof RefusedError ? error.message : `cannot be read (${systemWords(error)})`;
    return bad(`${problem}; give the path of a readable file`);
  }
}

const PARTS = [
  ["cert_file", "cert"],
  ["key_file", "key"],
  ["client_ca_file", "client_ca"],
] as const;

async function readPems(tls: TlsServerConfig, directory: string, files: Files): Promise<Map<string, Result<string>>> {
  const pems = new Map<string, Result<string>>();
  for (const [file, inline] of PARTS) {
    const [path, text] = [tls[file], tls[inline]];
    if (path !== undefined) pems.set(file, await readText(resolve(directory, path), files));
    else if (text !== undefined) pems.set(file, good(text));
  }
  return pems;
}

/** Reads the file, and the files that it names: relative paths are relative to its directory. */
export async function readWebTexts(path: string, files: Files): Promise<WebTexts> {
  const text = await readText(path, files);
  const file: Checked<WebFile> = text.ok ? readWebFile(text.value) : { ok: false, problems: [text.problem] };
  const tls = file.ok ? file.value.tls_server_config : undefined;
  const pems = tls ? await readPems(tls, dirname(path), files) : new Map<string, Result<string>>();
  return { file, pems, fingerprint: JSON.stringify([text, ...pems]) };
}

function tlsOf(tls: TlsServerConfig, pems: WebTexts["pems"]): Checked<TlsSettings> {
  const texts = new Map<string, string>();
  const problems: string[] = [];
  for (const [key, pem] of pems) {
    if (pem.ok) texts.set(key, pem.value);
    else problems.push(`${key}: ${showPath(Reflect.get(tls, key))} ${pem.problem}`);
  }
  if (problems.length > 0) return { ok: false, problems };
  const [cert = "", key = ""] = [texts.get("cert_file"), texts.get("key_file")];
  return createTlsSettings(tls, { cert, key, clientCa: texts.get("client_ca_file") });
}

function headersOf(file: WebFile): Readonly<Record<string, string>> {
  const entries = Object.entries(file.http_server_config?.headers ?? {});
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

function rateOf({ rate_limit: rate }: WebFile): RateLimit | undefined {
  if (!rate || rate.interval === 0) return undefined;
  return { intervalMs: rate.interval, burst: rate.burst ?? 0 };
}

/** Makes the settings of what was read. */
export function createWebSettings({ file, pems }: WebTexts): Checked<WebSettings> {
  if (!file.ok) return file;
  const { tls_server_config: config, basic_auth_users: users = {} } = file.value;
  const tls = config && pems.size > 0 ? tlsOf(config, pems) : undefined;
  if (tls && !tls.ok) return tls;
  return { ok: true, value: { tls: tls?.value, users, headers: headersOf(file.value), rate: rateOf(file.value) } };
}
