import { z } from "zod";
import { keyText, type Path, showValue } from "../config/messages.ts";
import { lineFinder, parseYaml } from "../config/yaml.ts";
import { isRecord } from "../untrusted.ts";
import { VERSIONS } from "./go-names.ts";
import { type TlsServerConfig, WEB_FILE, type WebFile } from "./schema.ts";

/** What is wrong with one key. */
interface Fault {
  readonly path: Path;
  readonly text: string;
}

/** A rule between keys: whether it is broken, which key is at fault, and what is wrong with it. */
type Rule = readonly [isBroken: boolean, key: keyof TlsServerConfig, text: string];

const PAIRS = [
  ["cert", "cert_file"],
  ["key", "key_file"],
  ["client_ca", "client_ca_file"],
] as const;

/** Without a certificate, keys of TLS would have no effect, and what they are to protect would be open. */
function certificateRules(tls: TlsServerConfig): Rule[] {
  return [
    ...PAIRS.map(([inline, file]): Rule => [
      tls[inline] !== undefined && tls[file] !== undefined,
      inline,
      `cannot be combined with ${file}; remove one of them`,
    ]),
    [(tls.cert ?? tls.cert_file) === undefined, "cert_file", "is missing; give the server's certificate"],
    [(tls.key ?? tls.key_file) === undefined, "key_file", "is missing; give the certificate's private key"],
  ];
}

function clientRules(tls: TlsServerConfig): Rule[] {
  const type = tls.client_auth_type;
  const hasAuthorities = (tls.client_ca ?? tls.client_ca_file) !== undefined;
  const isVerified = type === "RequireAndVerifyClientCert" || type === "VerifyClientCertIfGiven";
  const isRequired = type === "RequireAndVerifyClientCert" || type === "RequireAnyClientCert";
  return [
    [
      hasAuthorities && type === "NoClientCert",
      "client_auth_type",
      "asks for no certificate, so client_ca_file has no effect; use RequireAndVerifyClientCert",
    ],
    [
      isVerified && !hasAuthorities,
      "client_ca_file",
      `is missing; without it ${type} would accept certificates of any public authority`,
    ],
    [
      tls.client_allowed_sans !== undefined && !isRequired,
      "client_allowed_sans",
      "also needs client_auth_type: RequireAndVerifyClientCert; otherwise clients without a certificate are let in",
    ],
  ];
}

function versionRules({ min_version: min, max_version: max }: TlsServerConfig): Rule[] {
  return [
    [
      VERSIONS.indexOf(max) < VERSIONS.indexOf(min),
      "max_version",
      `${max} is older than min_version ${min}; exchange them`,
    ],
  ];
}

function tlsFaults(tls: TlsServerConfig): Fault[] {
  const rules = [...certificateRules(tls), ...clientRules(tls), ...versionRules(tls)];
  return rules.filter(([isBroken]) => isBroken).map(([, key, text]) => ({ path: ["tls_server_config", key], text }));
}

function rateFaults({ interval, burst = 0 }: NonNullable<WebFile["rate_limit"]>): Fault[] {
  if (interval === 0 || burst > 0) return [];
  return [{ path: ["rate_limit", "burst"], text: "is missing or 0, so no request would be let in; use 1 or more" }];
}

/** What is wrong between the keys of a file, each of which is right by itself. */
function faultsBetweenKeys({ tls_server_config: tls, rate_limit: rate }: WebFile): Fault[] {
  return [...(tls ? tlsFaults(tls) : []), ...(rate ? rateFaults(rate) : [])];
}

/** What was read, or everything that is wrong with it: a line each. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly string[] };

/** The keys of a mapping's schema, below what prepares it and lets it be left out. */
function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  if (schema instanceof z.ZodPipe) return shapeOf(schema.out);
  if (schema instanceof z.ZodOptional) return shapeOf(schema.unwrap());
  return schema instanceof z.ZodObject ? schema.shape : {};
}

function knownKeysAt(path: Path): string[] {
  let schema: z.core.$ZodType = WEB_FILE;
  for (const segment of path) schema = shapeOf(schema)[segment] ?? schema;
  return Object.keys(shapeOf(schema));
}

function pathsIn(schema: z.core.$ZodType): string[] {
  return Object.entries(shapeOf(schema)).flatMap(([key, child]) => [
    key,
    ...pathsIn(child).map((path) => `${key}.${path}`),
  ]);
}

/** All keys that the file may have. */
export function webFileKeys(): string[] {
  return pathsIn(WEB_FILE);
}

/** Whether what stands there is a secret, or may be one by mistake. */
function isSecret([first, second]: Path): boolean {
  return first === "basic_auth_users" || second === "key" || second === "cert" || second === "client_ca";
}

function childOf(node: unknown, segment: string | number): unknown {
  if (Array.isArray(node)) return node[Number(segment)];
  return isRecord(node) ? node[segment] : undefined;
}

function unknownKeys(parent: Path, names: readonly string[]): Fault[] {
  const text = `is not a known key; valid names: ${knownKeysAt(parent).join(", ")}`;
  return names.map((name) => ({ path: [...parent, name], text }));
}

function faultsOf(document: unknown, issue: z.core.$ZodIssue): Fault[] {
  const path = issue.path.filter((segment) => typeof segment !== "symbol");
  if (issue.code === "unrecognized_keys") return unknownKeys(path, issue.keys);
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => ({ path, text: `the name ${message}` }));
  const shown = isSecret(path) ? "the value" : showValue(path.reduce<unknown>(childOf, document));
  return [{ path, text: `${shown} ${issue.message}` }];
}

/** The faults' messages in the order of their lines. */
function messagesOf(faults: readonly Fault[], text: string): string[] {
  const lineOf = lineFinder(text);
  return faults
    .map(({ path, text: fault }) => ({ line: lineOf(path), message: `${keyText(path)}: ${fault}` }))
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, message }) => `line ${line}: ${message}`);
}

/** Checks the text of a web configuration file. */
export function readWebFile(text: string): Checked<WebFile> {
  const yaml = parseYaml(text);
  if ("faults" in yaml) return { ok: false, problems: yaml.faults };
  const result = WEB_FILE.safeParse(yaml.value);
  const faults = result.success
    ? faultsBetweenKeys(result.data)
    : result.error.issues.flatMap((issue) => faultsOf(yaml.value, issue));
  if (result.success && faults.length === 0) return { ok: true, value: result.data };
  return { ok: false, problems: messagesOf(faults, text) };
}
