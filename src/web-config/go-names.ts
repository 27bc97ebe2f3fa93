import type { SecureVersion } from "node:tls";

// The format is that of Go programs, so its names are Go's.

/** TLS versions, the oldest first. */
export const VERSIONS = ["TLS10", "TLS11", "TLS12", "TLS13"] as const;

/** TLS versions with Node's names. */
export const NODE_VERSIONS: Readonly<Record<(typeof VERSIONS)[number], SecureVersion>> = {
  TLS10: "TLSv1",
  TLS11: "TLSv1.1",
  TLS12: "TLSv1.2",
  TLS13: "TLSv1.3",
};

/** Cipher suites up to TLS 1.2, with OpenSSL's names. */
const OLDER_CIPHERS = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: "ECDHE-ECDSA-AES128-GCM-SHA256",
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: "ECDHE-ECDSA-AES256-GCM-SHA384",
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-ECDSA-CHACHA20-POLY1305",
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: "ECDHE-ECDSA-AES128-SHA",
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: "ECDHE-ECDSA-AES256-SHA",
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: "ECDHE-RSA-AES128-GCM-SHA256",
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: "ECDHE-RSA-AES256-GCM-SHA384",
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-RSA-CHACHA20-POLY1305",
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: "ECDHE-RSA-AES128-SHA",
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: "ECDHE-RSA-AES256-SHA",
  TLS_RSA_WITH_AES_128_GCM_SHA256: "AES128-GCM-SHA256",
  TLS_RSA_WITH_AES_256_GCM_SHA384: "AES256-GCM-SHA384",
  TLS_RSA_WITH_AES_128_CBC_SHA: "AES128-SHA",
  TLS_RSA_WITH_AES_256_CBC_SHA: "AES256-SHA",
} as const;

/** Those of TLS 1.3. Go does not let them be chosen, and neither do we: they are always on. */
const NEWER_CIPHERS = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"] as const;

const OPENSSL_CIPHERS: ReadonlyMap<string, string> = new Map(Object.entries(OLDER_CIPHERS));

/** The names of all cipher suites that the file may list. */
export const CIPHERS: readonly string[] = [...OPENSSL_CIPHERS.keys(), ...NEWER_CIPHERS];

/** OpenSSL's list of the suites that the file lists, with all of TLS 1.3. */
export function cipherList(names: readonly string[]): string {
  return [...NEWER_CIPHERS, ...names.flatMap((name) => OPENSSL_CIPHERS.get(name) ?? [])].join(":");
}

/** Elliptic curves. */
export const CURVES = ["X25519", "CurveP256", "CurveP384", "CurveP521"] as const;

/** OpenSSL's list of curves: its names are like `P-256`. */
export function curveList(names: readonly (typeof CURVES)[number][]): string {
  return names.map((name) => name.replace("CurveP", "P-")).join(":");
}

/** What is asked of clients, from nothing to a certificate that one of our authorities has issued. */
export const CLIENT_AUTH_TYPES = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Reads a duration as Go writes it: `500ms`, `1m30s`, `0`.
 * @returns milliseconds; undefined when the text is not a duration
 */
export function parseGoDuration(text: string): number | undefined {
  if (text === "0") return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([nuµμm]?s|m|h)/gy)];
  const isWhole = text !== "" && parts.map(([part]) => part).join("") === text;
  if (!isWhole) return undefined;
  return parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (UNIT_MS[unit] ?? 0), 0);
}
