import type { Attacker, Means } from "./attack.ts";
import { idle, slowHeaders, slowRequestLine } from "./attacks/connections.ts";
import { concurrentScrapes, endlessBodies, longPipelining, pipelining } from "./attacks/floods.ts";
import { slowReaders } from "./attacks/readers.ts";
import { acceptHeaders, hugeHeaders, malformed, methods, pathTricks } from "./attacks/requests.ts";
import { CLOSED } from "./client.ts";

/** An attack, and what the exporter may do meanwhile. */
export interface Attack extends Omit<Means, "pauseMs"> {
  readonly name: string;
  readonly attacker: Attacker;
  /** How many connections the short form in the tests has. */
  readonly few: number;
  /** What the exporter's answers to the attack may be. */
  readonly outcomes: readonly string[];
  /** What it may answer to a normal scrape meanwhile; 200 alone if not given. */
  readonly scrapes?: readonly string[];
  /** Whether the response must be larger than the kernel's buffers. */
  readonly isLarge?: boolean;
}

/** Longer than the exporter's longest time limit for any of it, the 30 s of a response. */
const LONG = { longestMs: 45_000 };

export const ATTACKS: readonly Attack[] = [
  {
    name: "request line without end, a byte a second",
    attacker: slowRequestLine,
    ...{ sockets: 1_000, few: 20, addresses: 4, ...LONG },
    outcomes: ["408", CLOSED],
  },
  {
    name: "headers without end, one a second",
    attacker: slowHeaders,
    ...{ sockets: 1_000, few: 20, addresses: 4, ...LONG },
    outcomes: ["408", CLOSED],
  },
  {
    name: "idle connections",
    attacker: idle,
    ...{ sockets: 10_000, few: 200, addresses: 40, ...LONG },
    outcomes: ["408", CLOSED],
  },
  {
    name: "scrapes read by a byte a second, one address",
    attacker: slowReaders,
    isLarge: true,
    ...{ sockets: 500, few: 60, addresses: 1, ...LONG },
    outcomes: ["200", "503", CLOSED],
  },
  {
    name: "scrapes read by a byte a second, 20 addresses",
    attacker: slowReaders,
    isLarge: true,
    ...{ sockets: 500, few: 60, addresses: 20, ...LONG },
    outcomes: ["200", "503", CLOSED],
    // All slots are taken, and it says so until the responses have taken too long.
    scrapes: ["200", "503"],
  },
  {
    name: "33 requests at once on each connection",
    attacker: pipelining,
    ...{ sockets: 20, few: 4, addresses: 1, ...LONG },
    outcomes: ["200", "503"],
  },
  {
    name: "1,000 requests at once on each connection",
    attacker: longPipelining,
    ...{ sockets: 20, few: 4, addresses: 1, ...LONG },
    outcomes: ["200", "503", CLOSED],
  },
  {
    name: "huge headers, and very many",
    attacker: hugeHeaders,
    ...{ sockets: 70, few: 14, addresses: 1, ...LONG },
    // 1,500 short headers are within 16 KiB.
    outcomes: ["200", "431", "400", CLOSED],
  },
  {
    name: "malformed requests",
    attacker: malformed,
    ...{ sockets: 200, few: 20, addresses: 1, ...LONG },
    outcomes: ["200", "400", "405", "408", "505", CLOSED],
  },
  {
    name: "path tricks",
    attacker: pathTricks,
    ...{ sockets: 210, few: 21, addresses: 1, ...LONG },
    outcomes: ["200", "400", "404"],
  },
  {
    name: "other methods and protocols",
    attacker: methods,
    ...{ sockets: 150, few: 15, addresses: 1, ...LONG },
    outcomes: ["200", "400", "404", "405", "417"],
  },
  {
    name: "request bodies without end",
    attacker: endlessBodies,
    ...{ sockets: 50, few: 8, addresses: 1, ...LONG },
    outcomes: ["200", "405", "503", CLOSED],
  },
  {
    name: "headers Accept and Accept-Encoding of up to 50 kB",
    attacker: acceptHeaders,
    ...{ sockets: 240, few: 24, addresses: 1, ...LONG },
    outcomes: ["200", "400", "431", "503"],
  },
  {
    name: "200 scrapes at once",
    attacker: concurrentScrapes,
    ...{ sockets: 200, few: 45, addresses: 1, ...LONG },
    outcomes: ["200", "503"],
  },
];
