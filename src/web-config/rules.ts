import type { Path } from "../config/messages.ts";
import { VERSIONS } from "./go-names.ts";
import type { TlsServerConfig, WebFile } from "./schema.ts";

/** What is wrong with one key. */
export interface Fault {
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
export function faultsBetweenKeys({ tls_server_config: tls, rate_limit: rate }: WebFile): Fault[] {
  return [...(tls ? tlsFaults(tls) : []), ...(rate ? rateFaults(rate) : [])];
}
