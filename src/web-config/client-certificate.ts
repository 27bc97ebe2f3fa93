import { isIPv6 } from "node:net";
import type { TLSSocket } from "node:tls";
import type { TlsServerConfig } from "./schema.ts";

/** What of the settings decides about clients. */
type ClientRules = Pick<TlsServerConfig, "client_auth_type" | "client_allowed_sans">;

/** What of a connection tells who the client is. */
export type Client = Pick<TLSSocket, "authorized" | "getPeerX509Certificate">;

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
