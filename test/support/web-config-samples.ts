import path from "node:path";
import { pem } from "./tls-server.ts";

/** A web configuration file. */
export interface Sample {
  readonly name: string;
  readonly text: string;
  /** What we say of a bad one; a good one has none. */
  readonly problem?: RegExp;
  /** Where promtool judges otherwise: the reason. */
  readonly otherwise?: "promtool 2.42 does not know the key" | "we refuse what would not work or be open";
}

export const NEWER = { otherwise: "promtool 2.42 does not know the key" } as const;
const STRICTER = { otherwise: "we refuse what would not work or be open" } as const;

const HASH = "$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG";
const PAIR = "  cert_file: good.pem\n  key_file: test-only-key.pem\n";
const tls = (more: string) => `tls_server_config:\n${PAIR}${more}`;
const inline = (key: string, file: string) => `  ${key}: |\n${pem(file).replaceAll(/^/gm, "    ")}\n`;
const CLIENTS = "  client_ca_file: authority.pem\n  client_auth_type: RequireAndVerifyClientCert\n";

export const SAMPLES: readonly Sample[] = [
  { name: "an empty file", text: "" },
  { name: "a group in braces", text: "tls_server_config: {}\n" },
  { name: "comments alone", text: "# nothing yet\n" },
  { name: "groups without keys", text: "tls_server_config:\nhttp_server_config:\nbasic_auth_users:\n" },
  { name: "a certificate and its key", text: tls("") },
  { name: "an absolute path", text: tls("").replace("good.pem", path.resolve("test/fixtures/tls/good.pem")) },
  { name: "verified clients", text: tls(CLIENTS) },
  { name: "any client's certificate", text: tls("  client_auth_type: RequireAnyClientCert\n") },
  { name: "the older name of it", text: tls("  client_auth_type: RequireClientCert\n") },
  { name: "a certificate that is only asked for", text: tls("  client_auth_type: RequestClientCert\n") },
  { name: "no certificate of the client, in words", text: tls("  client_auth_type: NoClientCert\n") },
  { name: "no certificate of the client, in an empty text", text: tls('  client_auth_type: ""\n') },
  {
    name: "a certificate that is verified if it is given",
    text: tls("  client_ca_file: authority.pem\n  client_auth_type: VerifyClientCertIfGiven\n"),
  },
  { name: "versions", text: tls("  min_version: TLS13\n  max_version: TLS13\n") },
  { name: "an old version", text: tls("  min_version: TLS10\n") },
  {
    name: "cipher suites",
    text: tls("  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]\n"),
  },
  { name: "no cipher suites in particular", text: tls("  cipher_suites: []\n") },
  { name: "curves", text: tls("  curve_preferences: [X25519, CurveP256, CurveP384, CurveP521]\n") },
  { name: "the client's order of cipher suites", text: tls("  prefer_server_cipher_suites: false\n") },
  { name: "HTTP/2 off", text: `${tls("")}http_server_config:\n  http2: false\n` },
  {
    name: "every header",
    text: [
      "http_server_config:",
      "  headers:",
      "    Strict-Transport-Security: max-age=31536000",
      "    X-Content-Type-Options: nosniff",
      "    X-Frame-Options: deny",
      "    X-XSS-Protection: 0",
      "    Content-Security-Policy: default-src 'none'",
    ].join("\n"),
  },
  { name: "a user", text: `basic_auth_users:\n  prometheus: ${HASH}\n` },
  { name: "the older name of bcrypt", text: `basic_auth_users:\n  prometheus: ${HASH.replace("2y", "2a")}\n` },
  { name: "a rate", text: "rate_limit:\n  interval: 1m30s\n  burst: 10\n", ...NEWER },
  { name: "no rate", text: "rate_limit:\n  interval: 0\n", ...NEWER },
  { name: "allowed names of clients", text: tls(`${CLIENTS}  client_allowed_sans: [localhost]\n`), ...NEWER },
  {
    name: "a certificate, a key and authorities in the file",
    text: `tls_server_config:\n${inline("cert", "good")}${inline("key", "test-only-key")}${inline("client_ca", "authority")}  client_auth_type: RequireAndVerifyClientCert\n`,
    ...NEWER,
  },

  {
    name: "an unknown group",
    text: "tls_config: {}\n",
    problem: /^line 1: tls_config: .*valid names: tls_server_config/,
  },
  {
    name: "an unknown key",
    text: tls("  cert_fil: a\n"),
    problem: /^line 4: tls_server_config\.cert_fil: is not a known/,
  },
  { name: "a key twice", text: tls("  cert_file: again.pem\n"), problem: /^line 4, column 3: a key is given twice/ },
  { name: "a list", text: "- a\n", problem: /^is not a mapping/ },
  { name: "not YAML", text: "basic_auth_users: {\n", problem: /^line 2/ },
  { name: "a tab", text: "basic_auth_users:\n\ta: b\n", problem: /^line 2, column 1/ },
  {
    name: "a certificate without a key",
    text: "tls_server_config:\n  cert_file: good.pem\n",
    problem: /key_file: is missing/,
  },
  {
    name: "a key without a certificate",
    text: "tls_server_config:\n  key_file: k.pem\n",
    problem: /cert_file: is missing/,
  },
  {
    name: "authorities alone",
    text: `tls_server_config:\n  key_file: test-only-key.pem\n${CLIENTS}`,
    problem: /cert_file: is missing/,
  },
  {
    name: "a certificate that is not there",
    text: tls("").replace("good", "no"),
    problem: /cert_file: "no.pem" is not there/,
  },
  {
    name: "a directory for a certificate",
    text: tls("").replace("good.pem", "."),
    problem: /cert_file: "\." is not a regular/,
  },
  {
    name: "a key for a certificate",
    text: tls("").replace("good", "test-only-key"),
    problem: /cert_file: does not hold a cert/,
  },
  {
    name: "a certificate for a key",
    text: tls("").replace("test-only-key", "good"),
    problem: /key_file: does not hold a private/,
  },
  {
    name: "the key of another certificate",
    text: tls("").replace("test-only-key", "other-key"),
    problem: /is not the key of/,
  },
  {
    name: "authorities that are not asked for",
    text: tls("  client_ca_file: authority.pem\n"),
    problem: /client_auth_type: asks for no certificate/,
  },
  {
    name: "authorities that are not there",
    text: tls(CLIENTS).replace("authority", "nowhere"),
    problem: /client_ca_file: "nowhere\.pem" is not there/,
  },
  {
    name: "an unknown policy",
    text: tls("  client_auth_type: Maybe\n"),
    problem: /client_auth_type: "Maybe" is not one of/,
  },
  { name: "an unknown version", text: tls("  min_version: TLS14\n"), problem: /min_version: "TLS14" is not one of/ },
  {
    name: "an invented cipher suite",
    text: tls("  cipher_suites: [TLS_WITH_MAGIC]\n"),
    problem: /cipher_suites\[0\]: "TLS_WITH/,
  },
  {
    name: "an unknown curve",
    text: tls("  curve_preferences: [CurveP1]\n"),
    problem: /curve_preferences\[0\]: "CurveP1"/,
  },
  {
    name: "a header that cannot be set",
    text: "http_server_config:\n  headers:\n    Server: x\n",
    problem: /headers\.Server/,
  },
  {
    name: "a header's unknown value",
    text: "http_server_config:\n  headers:\n    X-Frame-Options: allow\n",
    problem: /X-Frame-Options: "allow" is not one of deny, sameorigin/,
  },
  {
    name: "HTTP/2, perhaps",
    text: "http_server_config:\n  http2: perhaps\n",
    problem: /http2: "perhaps" is not true or false/,
  },
  {
    name: "a password as it is",
    text: "basic_auth_users:\n  a: secret\n",
    problem: /basic_auth_users\.a: the value is not a bcrypt/,
  },
  {
    name: "a user without a hash",
    text: "basic_auth_users:\n  a:\n",
    problem: /basic_auth_users\.a: the value is not a bcrypt/,
  },
  {
    name: "a cost that bcrypt does not have",
    text: `basic_auth_users:\n  a: ${HASH.replace("10", "99")}\n`,
    problem: /bcrypt hash of cost/,
  },
  { name: "a list of users", text: "basic_auth_users: [a]\n", problem: /basic_auth_users: the value is not a mapping/ },
  {
    name: "a rate without a unit",
    text: "rate_limit:\n  interval: 1x\n  burst: 1\n",
    problem: /interval: "1x" is not a duration/,
  },

  {
    name: "versions the wrong way round",
    text: tls("  min_version: TLS13\n  max_version: TLS12\n"),
    problem: /max_version: TLS12 is older/,
    ...STRICTER,
  },
  {
    name: "TLS without a certificate",
    text: "tls_server_config:\n  min_version: TLS13\n",
    problem: /cert_file: is missing/,
    ...STRICTER,
  },
  {
    name: "clients verified by nothing",
    text: tls("  client_auth_type: RequireAndVerifyClientCert\n"),
    problem: /client_ca_file: is missing/,
    ...STRICTER,
  },
  {
    name: "authorities without a certificate",
    text: tls(CLIENTS).replace("authority", "test-only-key"),
    problem: /client_ca_file: does not hold/,
    ...STRICTER,
  },
  {
    name: "allowed names that may be left out",
    text: tls("  client_allowed_sans: [a]\n"),
    problem: /client_allowed_sans: also needs/,
  },
  {
    name: "a user whose name holds a colon",
    text: `basic_auth_users:\n  "a:b": ${HASH}\n`,
    problem: /the name holds a colon/,
    ...STRICTER,
  },
  {
    name: "a hash that takes minutes",
    text: `basic_auth_users:\n  a: ${HASH.replace("10", "19")}\n`,
    problem: /bcrypt hash of cost 4 to 18/,
    ...STRICTER,
  },
  { name: "a rate that lets nothing in", text: "rate_limit:\n  interval: 1s\n", problem: /burst: is missing or 0/ },
];
