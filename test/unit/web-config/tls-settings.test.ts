import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { alternativeNames, clientProblem } from "../../../src/web-config/tls-settings.ts";
import type { TlsServerConfig } from "../../../src/web-config/schema.ts";
import { pem } from "../../support/tls-server.ts";

const NONE = "no certificate was given";
const UNKNOWN = "no known authority has issued the certificate";
const ELSEWHERE = "no alternative name of the certificate is allowed";

type Type = TlsServerConfig["client_auth_type"];

const client = (authorized: boolean, certificate?: string) => ({
  authorized,
  getPeerX509Certificate: () => (certificate === undefined ? undefined : new X509Certificate(pem(certificate))),
});
const KNOWN = client(true, "good");
const STRANGER = client(false, "self-signed");
// Node says so of a session that is taken up again without a certificate.
const EMPTY = client(true);

const rules = (type: Type, allowed?: string[]) => ({ client_auth_type: type, client_allowed_sans: allowed });

test.each<[Type, string | undefined, string | undefined]>([
  ["NoClientCert", undefined, undefined],
  ["RequestClientCert", undefined, undefined],
  ["RequireAnyClientCert", NONE, undefined],
  ["VerifyClientCertIfGiven", undefined, UNKNOWN],
  ["RequireAndVerifyClientCert", NONE, UNKNOWN],
])("%s judges a client without a certificate, a stranger and a known one", (type, empty, stranger) => {
  expect(clientProblem(EMPTY, rules(type))).toBe(empty);
  expect(clientProblem(STRANGER, rules(type))).toBe(stranger);
  expect(clientProblem(KNOWN, rules(type))).toBeUndefined();
});

test.each([
  { allowed: ["localhost"], problem: undefined },
  { allowed: ["other.test", "127.0.0.1"], problem: undefined },
  { allowed: ["LOCALHOST", "local", "localhost.", "127.0.0"], problem: ELSEWHERE },
])("of allowed names $allowed one must be the certificate's, to the letter", ({ allowed, problem }) => {
  expect(clientProblem(KNOWN, rules("RequireAndVerifyClientCert", allowed))).toBe(problem);
});

test("a certificate without alternative names has none that is allowed", () => {
  expect(clientProblem(client(true, "authority"), rules("RequireAnyClientCert", ["Test authority"]))).toBe(ELSEWHERE);
});

test("alternative names are those of every kind that Go compares", () => {
  const text =
    "DNS:a.test, IP Address:10.1.2.3, IP Address:2001:DB8:0:0:0:0:0:1, email:a@b.test, URI:spiffe://x/y, othername:<unsupported>, DNS:z.test";
  expect(alternativeNames(text)).toEqual(["a.test", "10.1.2.3", "2001:db8::1", "a@b.test", "spiffe://x/y", "z.test"]);
});

test("a name that holds another one is one name", () => {
  expect(alternativeNames('URI:"http://a/, DNS:prometheus", DNS:x')).toEqual(["http://a/, DNS:prometheus", "x"]);
});
