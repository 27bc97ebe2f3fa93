import { setTimeout as sleep } from "node:timers/promises";
import type { Attacker } from "../attack.ts";
import { addressOf, openSlowReader, range, requestText, settle } from "../client.ts";

const SCRAPE = requestText("GET", "/metrics", { "Accept-Encoding": "identity" });

/** How long the statuses may take. They are read byte by byte too. */
const ANSWERED_MS = 60_000;

/** Scrapers that read a byte a pause. */
export const slowReaders: Attacker = async (target, means, outcomes) => {
  const clients = range(means.sockets).map((index) => {
    const client = openSlowReader(target, addressOf(index, means));
    client.socket.write(SCRAPE);
    return client;
  });
  const timer = setInterval(() => {
    for (const { socket } of clients) socket.resume();
  }, means.pauseMs);
  const answered = Promise.all(clients.map((client) => client.answered));
  await Promise.race([answered, sleep(ANSWERED_MS, undefined, { ref: false })]);
  await settle(clients, means, outcomes);
  clearInterval(timer);
};
