import { gunzipSync } from "node:zlib";
import { EventEmitter, once } from "node:events";
import { createServer, request } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createClient } from "../../src/roboflow/client.ts";
import { createDispatcher } from "../../src/roboflow/dispatcher.ts";
import { ROW_FIELDS, TOTAL_FIELDS } from "../../src/sources/insights/fields.ts";
import { createApp } from "../../src/http/app.ts";
import {
  createLogCapture,
  createRig,
  portOf,
  type ScriptedApi,
  startScriptedApi,
  workspaceFrom,
  noPages,
} from "../support/exporter-harness.ts";
import { parseExposition } from "../support/exposition.ts";
import { ManualClock } from "../support/manual-clock.ts";

const POLLS = 50;
const SCRAPERS = 3;
/** Turns of the event loop that a scraper leaves to the polls: server and clients share one here. */
const TURNS = 40;
const MIN_SCRAPES = 300;
/** Of one scraper: on a machine so busy that a poll is long, more of them would make it longer still. */
const MAX_SCRAPES_PER_POLL = 4;
const ROWS = 12;
const PROJECTS = 6;
const WINDOWS = ["today", "7d", "28d", "all"];
const START = "2026-11-18T12:00:00Z";

/** Which poll it is, from 1 to 99, so that a rate of n percent is a ratio of n hundredths. */
let poll = 0;
const polls = new EventEmitter();

function numbers(fields: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(Object.keys(fields).map((field) => [field, poll]));
}

/** An answer in which every number is the number of the poll. */
function answer() {
  const row = numbers(ROW_FIELDS);
  const data = Array.from({ length: ROWS }, (_, index) => ({
    ...row,
    projectId: `p${index % PROJECTS}`,
    projectName: `Name ${poll}`,
    labelerId: `l${index}`,
  }));
  const labelers = data.map(({ labelerId }) => ({ id: labelerId, displayName: `Name ${poll}` }));
  return { json: { data, labelers, stats: numbers(TOTAL_FIELDS) } };
}

interface Rig {
  readonly url: string;
  readonly pollAgain: () => Promise<void>;
}

async function startRig(api: ScriptedApi): Promise<Rig> {
  const config = workspaceFrom({ windows: WINDOWS, api: { url: api.url }, poll: { concurrency: 4 } });
  const clock = new ManualClock(START);
  const dispatcher = createDispatcher({});
  const observer = { onRequest: () => undefined, onRetry: () => undefined };
  const fixed = { clock, random: () => 0, redact: (text: string) => text };
  const client = createClient({ ...config.api, apiKey: "key" }, { ...fixed, dispatcher, observer });
  const rig = await createRig(config, { clock, client });
  const { store, selfMetrics } = rig;
  const { logger } = createLogCapture();
  const web = { listenAddresses: [], telemetryPath: "/metrics", maxRequests: 40 };
  const server = createServer(createApp(web, { ...noPages(), store, selfMetrics, clock, logger }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    await rig.poller.stop();
    server.close();
    server.closeAllConnections();
    await dispatcher.destroy();
  });
  const pollAgain = async () => {
    poll++;
    polls.emit("turn");
    // The clock goes on a second a poll, so that the health shows the poll's number as well.
    clock.advance(1_000);
    await (poll === 1 ? rig.start() : rig.poll());
  };
  return { url: `http://127.0.0.1:${portOf(server)}/metrics`, pollAgain };
}

const FORMATS = [
  { format: "text", accept: "text/plain" },
  { format: "openmetrics", accept: "application/openmetrics-text" },
] as const;

interface Scraped {
  readonly bytes: Buffer;
  readonly isZipped: boolean;
  readonly format: (typeof FORMATS)[number]["format"];
}

/** One scrape; read later, so that the scrapes come as fast as they can. */
async function scrape(url: string, index: number): Promise<Scraped> {
  const { format, accept } = FORMATS[index % 2] ?? FORMATS[0];
  const isZipped = index % 4 < 2;
  const headers = { accept, "accept-encoding": isZipped ? "gzip" : "identity" };
  const chunks: Buffer[] = [];
  const [response] = (await once(request(url, { headers }).end(), "response")) as [AsyncIterable<Buffer>];
  for await (const chunk of response) chunks.push(chunk);
  return { bytes: Buffer.concat(chunks), isZipped, format };
}

const TIMES = /^roboflow_exporter_last_(?:success|poll)_timestamp_seconds$/;

/** The numbers of the polls that a body is of, by each number and name in it that shows it. */
function pollsIn({ bytes, isZipped, format }: Scraped): { polls: Set<number>; series: number } {
  const families = parseExposition((isZipped ? gunzipSync(bytes) : bytes).toString(), format);
  const reported = [...families.values()].flatMap(({ name, samples }) =>
    samples.flatMap(({ value, labels }) => {
      const text = labels["labeler_name"] ?? labels["project_name"];
      if (text !== undefined) return [Number(text.slice("Name ".length))];
      if (TIMES.test(name)) return [value - Date.parse(START) / 1000];
      if (labels["window"] === undefined) return [];
      return [name.endsWith("_ratio") ? Math.round(value * 100) : value];
    }),
  );
  return { polls: new Set(reported), series: reported.length };
}

test("no scrape ever mixes two polls, in either format and encoding, whatever the polls do meanwhile", async () => {
  const api = await startScriptedApi(answer);
  onTestFinished(api.close);
  const { url, pollAgain } = await startRig(api);
  await pollAgain();
  const scraped: Scraped[][] = Array.from({ length: SCRAPERS }, () => []);
  let isPolling = true;
  const scrapeOn = async (own: Scraped[], index: number) => {
    for (let round = index; isPolling || own.length < MIN_SCRAPES / SCRAPERS; round++) {
      while (isPolling && own.length >= poll * MAX_SCRAPES_PER_POLL) await once(polls, "turn");
      own.push(await scrape(url, round));
      for (let turn = 0; turn < TURNS; turn++) await nextTurn();
    }
  };
  const pollOn = async () => {
    while (poll < POLLS) await pollAgain();
    isPolling = false;
    polls.emit("turn");
  };
  await Promise.all([pollOn(), ...scraped.map(scrapeOn)]);
  const read = scraped.map((own) => own.map(pollsIn));
  // Rows and totals of every window, names of projects and labelers, and two times.
  const ofWindow = Object.keys(ROW_FIELDS).length * ROWS + Object.keys(TOTAL_FIELDS).length;
  const series = WINDOWS.length * ofWindow + PROJECTS + ROWS + 2;
  for (const one of read.flat()) expect(one).toEqual({ polls: new Set([...one.polls].slice(0, 1)), series });
  const numbers = read.map((own) => own.map(({ polls }) => Number([...polls][0])));
  // No reader ever sees an older poll after a newer one.
  for (const own of numbers) expect(own).toEqual(own.toSorted((a, b) => a - b));
  expect(numbers.flat().length).toBeGreaterThanOrEqual(MIN_SCRAPES);
  // The scrapes were spread over the polls: otherwise nothing was tried.
  expect(new Set(numbers.flat()).size).toBeGreaterThan(POLLS / 3);
}, 300_000);
