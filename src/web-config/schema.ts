import { validateHeaderValue } from "node:http";
import { z } from "zod";
import * as value from "../config/values.ts";
import { isRecord } from "../untrusted.ts";
import { CIPHERS, CLIENT_AUTH_TYPES, CURVES, parseGoDuration, VERSIONS } from "./go-names.ts";

// In Go, a key without a value is as if it were not there.
const given = (written: unknown) => written ?? undefined;

function optional<T extends z.ZodType>(schema: T) {
  return z.preprocess(given, schema.optional());
}

/** A text; an empty one is as if it were not there. */
function text() {
  const error = "is not text; put it in quotes";
  return z.preprocess((written) => (written === "" ? undefined : given(written)), z.string({ error }).optional());
}

function names<const T extends readonly string[]>(known: T) {
  return optional(value.list(value.oneOf(known), "names"));
}

/** An older name, kept by exporter-toolkit. */
const RENAMED: Readonly<Record<string, string>> = { "": "NoClientCert", RequireClientCert: "RequireAnyClientCert" };

function clientAuthType() {
  const current = (written: unknown) => (typeof written === "string" ? (RENAMED[written] ?? written) : given(written));
  return z.preprocess(current, value.oneOf(CLIENT_AUTH_TYPES).default("NoClientCert"));
}

function tlsServerConfig() {
  return value.mapping({
    cert: text(),
    key: text(),
    client_ca: text(),
    cert_file: text(),
    key_file: text(),
    client_ca_file: text(),
    client_auth_type: clientAuthType(),
    client_allowed_sans: optional(
      value
        .list(value.text("name"), "names")
        .min(1, { error: "is empty, so no client would be let in; list names or remove it" }),
    ),
    min_version: z.preprocess(given, value.oneOf(VERSIONS).default("TLS12")),
    max_version: z.preprocess(given, value.oneOf(VERSIONS).default("TLS13")),
    cipher_suites: names(CIPHERS),
    curve_preferences: names(CURVES),
    prefer_server_cipher_suites: z.preprocess(given, value.yesOrNo().default(true)),
  });
}

function isHeaderValue(written: string): boolean {
  try {
    validateHeaderValue("X-Header", written);
    return true;
  } catch {
    return false;
  }
}

/** The value of a header; YAML takes `0` for a number. An empty one is as if it were not there. */
function header() {
  const error = "is not text that a header can hold; write it in one line";
  const plain = (written: unknown) => (typeof written === "number" ? String(written) : written);
  return z.preprocess((written) => plain(written === "" ? undefined : given(written)), headerText(error).optional());
}

function headerText(error: string) {
  return z.string({ error }).refine(isHeaderValue, { error });
}

/** The headers that exporter-toolkit lets be set. */
function headers() {
  return value.mapping({
    "Strict-Transport-Security": header(),
    "X-Content-Type-Options": optional(value.oneOf(["nosniff"])),
    "X-Frame-Options": optional(value.oneOf(["deny", "sameorigin"])),
    "X-XSS-Protection": header(),
    "Content-Security-Policy": header(),
  });
}

/** Up to cost 18: more takes minutes, and no scraper waits so long. */
const BCRYPT = /^\$2[aby]\$(?:0[4-9]|1[0-8])\$[./A-Za-z0-9]{53}$/;

function users() {
  const error = "is not a bcrypt hash of cost 4 to 18; make one with: htpasswd -nBC 10 ''";
  const name = z.string().refine((written) => !written.includes(":"), {
    error: "holds a colon, which no user of basic authentication can have; choose another name",
  });
  return z.record(name, z.string({ error }).regex(BCRYPT, { error }), {
    error: "is not a mapping; write each user and the bcrypt hash of the password in a line",
  });
}

function interval() {
  const problem = () => 'is not a duration; write it like "1s" or "250ms", or 0 for no limit';
  const text = (written: unknown) => (written === 0 ? "0" : written);
  return z.preprocess(text, value.parsed(parseGoDuration, problem));
}

function rateLimit() {
  return value.mapping({
    interval: z.preprocess((written) => written ?? "0", interval()),
    burst: optional(value.integer(0, 1_000_000)),
  });
}

function isEmpty(written: unknown): boolean {
  return written === null || (isRecord(written) && Object.keys(written).length === 0);
}

/** The file. In Go, a mapping without keys is as if it were not there. */
export const WEB_FILE = value.mapping({
  // Without a single key TLS is off; with one it is wanted, and a certificate must be there.
  tls_server_config: z.preprocess((written) => (isEmpty(written) ? undefined : written), tlsServerConfig().optional()),
  http_server_config: optional(
    value.mapping({
      http2: optional(value.yesOrNo()),
      headers: optional(headers()),
    }),
  ),
  basic_auth_users: optional(users()),
  rate_limit: optional(rateLimit()),
});

/** The file as read. */
export type WebFile = z.output<typeof WEB_FILE>;

/** Its part on TLS. */
export type TlsServerConfig = NonNullable<WebFile["tls_server_config"]>;
