import type { Attacker } from "../attack.ts";
import { addressOf, open, range, reading, requestText, settle } from "../client.ts";

/** Requests that are all sent before the first response is read. */
function pipelined(requests: number): Attacker {
  const scrape = requestText("GET", "/metrics", { "Accept-Encoding": "gzip" });
  const flood = scrape.repeat(requests - 1) + requestText("GET", "/metrics", { Connection: "close" });
  return async (target, means, outcomes) => {
    const clients = range(means.sockets).map((index) => {
      const socket = open(target, addressOf(index, means));
      socket.write(flood);
      return reading(socket);
    });
    await settle(clients, means, outcomes);
  };
}

/** As many as a connection may have waiting. */
export const pipelining = pipelined(33);
/** Far more. */
export const longPipelining = pipelined(1_000);

/** As many scrapes at the same moment as there are connections, all of them read as fast as they come. */
export const concurrentScrapes: Attacker = async (target, means, outcomes) => {
  const scrape = requestText("GET", "/metrics", { Connection: "close", "Accept-Encoding": "identity" });
  const clients = range(means.sockets).map((index) => {
    const socket = open(target, addressOf(index, means));
    socket.write(scrape);
    return reading(socket);
  });
  await settle(clients, means, outcomes);
};

const CHUNK = `10000\r\n${"x".repeat(65_536)}\r\n`;

/** The begins of requests whose body never ends. */
const ENDLESS = [
  requestText("GET", "/metrics", { "Transfer-Encoding": "chunked" }),
  requestText("POST", "/metrics", { "Transfer-Encoding": "chunked" }),
  requestText("POST", "/metrics", { "Transfer-Encoding": "chunked", Expect: "100-continue" }),
  requestText("PUT", "/", { "Transfer-Encoding": "chunked" }),
];

/** Bodies without end, sent as fast as they are taken. */
export const endlessBodies: Attacker = async (target, means, outcomes) => {
  const clients = range(means.sockets).map((index) => {
    const socket = open(target, addressOf(index, means));
    const flood = () => {
      while (socket.writable && socket.write(CHUNK));
    };
    socket.write(ENDLESS[index % ENDLESS.length] ?? "");
    socket.on("connect", flood).on("drain", flood);
    return reading(socket);
  });
  await settle(clients, means, outcomes);
};
