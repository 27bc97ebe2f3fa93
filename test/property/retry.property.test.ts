import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from "../../src/roboflow/error-response.ts";
import { retryDelayMs } from "../../src/roboflow/client.ts";

const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempts = fc.integer({ min: 0, max: 10_000 });

test("the back-off is never negative and never longer than thirty seconds", () => {
  fc.assert(
    fc.property(attempts, randoms, (attempt, random) => {
      const delayMs = retryDelayMs(attempt, undefined, random);
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThan(Math.min(30_000, 1000 * 2 ** attempt));
    }),
  );
});

test("what the API asks for wins over the back-off", () => {
  fc.assert(
    fc.property(attempts, randoms, fc.integer({ min: 0, max: MAX_RETRY_AFTER_MS }), (attempt, random, askedMs) => {
      expect(retryDelayMs(attempt, askedMs, random)).toBe(askedMs);
    }),
  );
});

const headers = fc.oneof(
  fc.string(),
  fc.constant(undefined),
  fc.bigInt({ min: 0n }).map(String),
  fc.double().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.string().map((text) => `Wed, ${text} GMT`),
);

test("no Retry-After is read as less than nothing or more than an hour", () => {
  fc.assert(
    fc.property(headers, fc.integer({ min: 0, max: 8.64e15 }), (header, nowMs) => {
      const waitMs = parseRetryAfter(header, nowMs) ?? 0;
      expect(waitMs >= 0 && waitMs <= MAX_RETRY_AFTER_MS, `${String(header)} gives ${waitMs}`).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test("seconds and the date that they lead to are read alike", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3600 }),
      fc.integer({ min: 0, max: 4_000_000_000 }),
      (seconds, nowSeconds) => {
        const date = new Date((nowSeconds + seconds) * 1000).toUTCString();
        expect(parseRetryAfter(String(seconds), nowSeconds * 1000)).toBe(seconds * 1000);
        expect(parseRetryAfter(date, nowSeconds * 1000)).toBe(seconds * 1000);
      },
    ),
  );
});
