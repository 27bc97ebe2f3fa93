import { ATTACKS, type Attack } from "./attacks.ts";
import { CLOSED } from "./client.ts";
import type { Conditions } from "./victims.ts";

/** Under which conditions the programs run, and what then attacks them. */
export interface Setting {
  readonly name: string;
  readonly conditions: Conditions;
  readonly attacks: readonly Attack[];
  /** How many scrapes the exporter answers at a time: `--web.max-requests`, if there are connections for them. */
  readonly slots: number;
  /** What it may do besides: {@link Attack}. */
  readonly outcomes?: readonly string[];
  readonly scrapes?: readonly string[];
}

function attacksNamed(pattern: RegExp): readonly Attack[] {
  return ATTACKS.filter(({ name }) => pattern.test(name));
}

const CERTIFICATES = `${process.cwd()}/test/fixtures/tls`;
const TLS = {
  tls_server_config: {
    cert_file: `${CERTIFICATES}/good.pem`,
    key_file: `${CERTIFICATES}/test-only-key.pem`,
  },
};

/** Node.js 20 opens a hundred files at a time when it loads a program; the exporter then says so and ends. */
const OPEN_FILES = process.version.startsWith("v20.") ? 128 : 64;

/** Both programs' `--web.max-requests` is 40 by default. */
export const SETTINGS: readonly Setting[] = [
  { name: "as installed", conditions: {}, attacks: ATTACKS, slots: 40 },
  { name: "TLS", conditions: { webConfig: TLS }, attacks: attacksNamed(/20 addresses|^200 scrapes/), slots: 40 },
  {
    name: `ulimit -n ${String(OPEN_FILES)}`,
    conditions: { openFiles: OPEN_FILES },
    attacks: attacksNamed(/^headers without|^idle|20 addresses|^200 scrapes/),
    slots: 8,
    // With all connections busy, none can be taken to say that they are.
    outcomes: [CLOSED],
    scrapes: ["200", "503", "ECONNRESET"],
  },
  {
    name: "--max-old-space-size=96",
    conditions: { nodeOptions: ["--max-old-space-size=96"] },
    attacks: attacksNamed(/^idle|20 addresses|^1,000 requests|^200 scrapes/),
    slots: 40,
  },
];

/** An attack with all that the exporter may do in a setting. */
export function allowedBy({ outcomes = [], scrapes }: Setting, attack: Attack): Attack {
  return { ...attack, outcomes: [...attack.outcomes, ...outcomes], ...(scrapes && { scrapes }) };
}
