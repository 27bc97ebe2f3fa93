import { expect, test } from "vitest";
import { TokenBucket } from "../../../src/web-config/token-bucket.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

test("so many requests come in at once, and then one for each interval", () => {
  const clock = createFakeClock();
  const bucket = new TokenBucket({ intervalMs: 1_000, burst: 2 }, clock);
  expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([undefined, undefined, 1_000]);
  clock.advance(400);
  expect(bucket.take()).toBe(600);
  clock.advance(600);
  expect([bucket.take(), bucket.take()]).toEqual([undefined, 1_000]);
});

test("a quiet time gives no more than the burst", () => {
  const clock = createFakeClock();
  const bucket = new TokenBucket({ intervalMs: 1_000, burst: 2 }, clock);
  clock.advance(3_600_000);
  expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([undefined, undefined, 1_000]);
});
