import { constants, createPrivateKey, X509Certificate } from "node:crypto";
import { isIPv6 } from "node:net";
import { createSecureContext, DEFAULT_CIPHERS, type TlsOptions, type TLSSocket } from "node:tls";
import { systemCode } from "../errors.ts";
import { cipherList, curveList, NODE_VERSIONS } from "./go-names.ts";
import type { Checked } from "./read-web-file.ts";
import type { TlsServerConfig } from "./schema.ts";

/** What of the settings decides about clients. */
type ClientRules = Pick<TlsServerConfig, "client_auth_type" | "client_allowed_sans">;

/** What of a connection shows who the client is. */
type Client = Pick<TLSSocket, "authorized" | "getPeerX509Certificate">;

/** An alternative name: its kind, and the name. Node puts one with special characters in quotes, as JSON has them. */
const ALTERNATIVE_NAME = /([\w ]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/gy;
const KINDS = ["DNS", "IP Address", "email", "URI"];

/** As Go writes an address: the short form in small letters. */
function canonicalAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

function unquoted(name: string): string {
  return name.startsWith('"') ? String(JSON.parse(name)) : name;
}

/** The names, addresses, e-mail addresses and URIs in Node's text of a certificate's alternative names. */
export function alternativeNames(text: string): string[] {
  return [...text.matchAll(ALTERNATIVE_NAME)]
    .filter(([, kind = ""]) => KINDS.includes(kind))
    .map(([, kind, name = ""]) => (kind === "IP Address" ? canonicalAddress(name) : unquoted(name)));
}

/** What is wrong with a client's certificate; undefined when the client may go on. */
export function clientProblem(client: Client, rules: ClientRules): string | undefined {
  const { client_auth_type: type, client_allowed_sans: allowed } = rules;
  if (type === "NoClientCert" || type === "RequestClientCert") return undefined;
  const certificate = client.getPeerX509Certificate();
  if (!certificate) return type === "VerifyClientCertIfGiven" ? undefined : "no certificate was given";
  if (type !== "RequireAnyClientCert" && !client.authorized) return "no known authority has issued the certificate";
  if (allowed === undefined) return undefined;
  const names = alternativeNames(certificate.subjectAltName ?? "");
  return names.some((name) => allowed.includes(name)) ? undefined : "no alternative name of the certificate is allowed";
}

/** How connections are encrypted, and which clients are let in. */
export interface TlsSettings {
  readonly options: TlsOptions;
  /** What is wrong with the certificate of a client whose handshake is done; undefined when it may go on. */
  readonly clientProblem: (socket: TLSSocket) => string | undefined;
}

/** The certificates and the key, from the file itself or from files that it names. */
export interface Pems {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | undefined;
}

/** Calls a function of OpenSSL's. What it throws might quote what it was given. */
function attempt<T>(make: () => T): { readonly value: T } | undefined {
  try {
    return { value: make() };
  } catch {
    return undefined;
  }
}

function pemProblems({ cert, key, clientCa }: Pems): string[] {
  const certificate = attempt(() => new X509Certificate(cert));
  const privateKey = attempt(() => createPrivateKey(key));
  const problems = [
    ...(certificate ? [] : ["cert_file: does not hold a certificate in PEM format; give one, its chain after it"]),
    ...(privateKey ? [] : ["key_file: does not hold a private key in PEM format without a passphrase; give one"]),
    ...(clientCa === undefined || attempt(() => new X509Certificate(clientCa))
      ? []
      : ["client_ca_file: does not hold a certificate in PEM format; give those of the authorities"]),
  ];
  if (!certificate || !privateKey || certificate.value.checkPrivateKey(privateKey.value)) return problems;
  return ["key_file: is not the key of the certificate in cert_file; give the two that belong together", ...problems];
}

/** OpenSSL has TLS 1.0 and 1.1 only at its lowest level of security. */
function ciphersOf({ cipher_suites: names, min_version: min }: TlsServerConfig): string {
  const list = names === undefined ? DEFAULT_CIPHERS : cipherList(names);
  return min === "TLS10" || min === "TLS11" ? `${list}:@SECLEVEL=0` : list;
}

function optionsOf(tls: TlsServerConfig, { cert, key, clientCa }: Pems): TlsOptions {
  return {
    ...{ cert, key, minVersion: NODE_VERSIONS[tls.min_version], maxVersion: NODE_VERSIONS[tls.max_version] },
    ...(clientCa === undefined ? {} : { ca: clientCa }),
    ciphers: ciphersOf(tls),
    ecdhCurve: tls.curve_preferences ? curveList(tls.curve_preferences) : "auto",
    honorCipherOrder: tls.prefer_server_cipher_suites,
    ALPNProtocols: ["http/1.1"],
    requestCert: tls.client_auth_type !== "NoClientCert",
    // Clients are judged once the handshake is done: of those on this machine even one that is refused may ask for health.
    rejectUnauthorized: false,
    // A session that is taken up again brings no certificate, and Node then calls the client authorized.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}

/** Makes the settings of TLS, if the certificates and the key can be used. */
export function createTlsSettings(tls: TlsServerConfig, pems: Pems): Checked<TlsSettings> {
  const problems = pemProblems(pems);
  if (problems.length > 0) return { ok: false, problems };
  const options = optionsOf(tls, pems);
  try {
    createSecureContext(options);
  } catch (error) {
    return { ok: false, problems: [`tls_server_config: OpenSSL refuses it (${systemCode(error) ?? "unknown error"})`] };
  }
  return { ok: true, value: { options, clientProblem: (socket) => clientProblem(socket, tls) } };
}
