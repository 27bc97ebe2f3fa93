import type { Attacker } from "../attack.ts";
import { addressOf, openSlowReader, range, requestText, settle } from "../client.ts";

const SCRAPE = requestText("GET", "/metrics", { "Accept-Encoding": "identity" });

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
  await settle(clients, means, outcomes);
  clearInterval(timer);
};
