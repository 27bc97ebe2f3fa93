import { EventEmitter, once } from "node:events";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { hang, hangInBody } from "../../support/api-server.ts";
import { failureOf, serveClient } from "./support.ts";

const HOUR_MS = 3_600_000;

// In a file of its own, for the HTTP client keeps the timers that it finds at its first request.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterAll(() => {
  vi.useRealTimers();
});

test.each([
  { name: "headers", answer: hang },
  { name: "a body", answer: hangInBody() },
])("a deadline of an hour is waited for when $name do not come", async ({ answer }) => {
  const server = new EventEmitter();
  const { fetchStats } = await serveClient(
    [
      (request, response) => {
        answer(request, response);
        server.emit("request");
      },
    ],
    { timeoutMs: HOUR_MS },
  );
  const failure = failureOf(fetchStats());
  await once(server, "request");
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  expect(await failure).toEqual({
    reason: "timeout",
    status: undefined,
    retryAfterMs: undefined,
    message: "no complete answer within 3600 s",
  });
});
