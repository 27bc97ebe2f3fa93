import { DEFAULT_START, ManualClock } from "../../support/manual-clock.ts";
import { once } from "node:events";
import { createServer } from "node:http";
import { Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { guarded, isLocal, TokenBucket } from "../../../src/web-config/guard.ts";
import { portOf } from "../../support/exporter-harness.ts";

test.each([
  { remote: "127.0.0.1", local: "127.0.0.1", is: true },
  { remote: "127.0.0.9", local: "127.0.0.1", is: true },
  { remote: "::1", local: "::1", is: true },
  { remote: "::ffff:127.0.0.1", local: "::ffff:127.0.0.1", is: true },
  { remote: "10.0.0.5", local: "10.0.0.5", is: true },
  { remote: "10.0.0.6", local: "10.0.0.5", is: false },
  { remote: "128.127.0.1", local: "10.0.0.5", is: false },
  { remote: "::ffff:10.0.0.6", local: "::ffff:10.0.0.5", is: false },
  { remote: "1::1", local: "2::1", is: false },
  { remote: undefined, local: undefined, is: false },
])("a client at $remote, asking $local, is on this machine: $is", ({ remote, local, is }) => {
  const socket = new Socket();
  Object.defineProperties(socket, { remoteAddress: { value: remote }, localAddress: { value: local } });
  expect(isLocal(socket)).toBe(is);
});

/** Asks a guarded server for its health, with a password. */
async function askFrom(remoteAddress: string, check: () => Promise<boolean | "busy">) {
  const errors: unknown[] = [];
  const listener = guarded((_, response) => response.end("let in"), {
    rules: () => ({ headers: {}, users: { a: "hash" }, rate: undefined }),
    passwords: { check },
    isUnproven: () => false,
    onError: (error) => void errors.push(error),
  });
  const server = createServer(listener).listen(0, "127.0.0.1");
  server.on("connection", (socket: Socket) => {
    Object.defineProperties(socket, { remoteAddress: { value: remoteAddress }, localAddress: { value: "10.0.0.1" } });
  });
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const headers = { Authorization: "Basic YTpi" };
  const response = await fetch(`http://127.0.0.1:${portOf(server)}/-/healthy`, { headers });
  return { status: response.status, text: await response.text(), errors };
}

test("only this machine may ask for health without a right password", async () => {
  const wrong = () => Promise.resolve(false);
  expect(await askFrom("10.0.0.1", wrong)).toMatchObject({ status: 200, text: "let in" });
  expect(await askFrom("10.0.0.2", wrong)).toMatchObject({ status: 401, text: "Unauthorized.\n" });
});

test("a password that cannot be checked is answered 500, and handed on", async () => {
  const broken = new Error("the library cannot be loaded");
  expect(await askFrom("10.0.0.2", () => Promise.reject(broken))).toEqual({
    ...{ status: 500, text: "Internal error; see the log.\n" },
    errors: [broken],
  });
});

test("while too many passwords wait, one more is answered 503", async () => {
  expect(await askFrom("10.0.0.2", () => Promise.resolve("busy"))).toMatchObject({ status: 503 });
});

test("so many requests come in at once, and then one for each interval", () => {
  const clock = new ManualClock(DEFAULT_START, { wakes: "at once" });
  const bucket = new TokenBucket({ intervalMs: 1_000, burst: 2 }, clock);
  expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([undefined, undefined, 1_000]);
  clock.advance(400);
  expect(bucket.take()).toBe(600);
  clock.advance(600);
  expect([bucket.take(), bucket.take()]).toEqual([undefined, 1_000]);
});

test("a quiet time gives no more than the burst", () => {
  const clock = new ManualClock(DEFAULT_START, { wakes: "at once" });
  const bucket = new TokenBucket({ intervalMs: 1_000, burst: 2 }, clock);
  clock.advance(3_600_000);
  expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([undefined, undefined, 1_000]);
});
