import { describe, expect, test } from "vitest";
import type { LogConfig } from "../../../src/config/config.ts";
import { createLogger } from "../../../src/logger/logger.ts";
import { createRedactor } from "../../../src/redact.ts";
import { captureLog } from "../../support/log-capture.ts";

const KEY = `k/e+y &1'"\\-9f86d081884c7d65`;
const LEVELS = ["debug", "info", "warn", "error"] as const;
const TIME = /^\[\d{2}:\d{2}:\d{2}\.\d{3}\] /;

function logTo({ level = "debug", format = "json" }: Partial<LogConfig> = {}) {
  const log = captureLog();
  return { log, logger: createLogger({ level, format }, log, createRedactor([KEY])) };
}

describe("json", () => {
  test("is one object per line: level, time, facts, message", () => {
    const { log, logger } = logTo();
    logger.info({ durationMs: 12, series: 3 }, "poll succeeded");
    logger.warn("no facts");
    expect(log.records()).toEqual([
      { level: "info", durationMs: 12, series: 3, msg: "poll succeeded" },
      { level: "warn", msg: "no facts" },
    ]);
    expect(log.lines.every((line) => line.indexOf("\n") === line.length - 1)).toBe(true);
  });

  test("stays JSON when a parameter is redacted in a text that holds JSON", () => {
    const { log, logger } = logTo();
    logger.info({ body: '{"url":"/x?api_key=other"}' }, "echoed");
    expect(log.records()).toEqual([{ level: "info", body: '{"url":"/x?api_key=<secret>"}', msg: "echoed" }]);
  });

  test("has the time in ISO 8601", () => {
    const { log, logger } = logTo();
    logger.info("now");
    const { time } = JSON.parse(log.lines[0] ?? "") as { time: string };
    expect(new Date(time).toISOString()).toBe(time);
  });
});

describe("pretty", () => {
  test("is one line for people, without colours", () => {
    const { log, logger } = logTo({ format: "pretty" });
    logger.info({ durationMs: 12 }, "poll succeeded");
    logger.error("bad");
    expect(log.lines.map((line) => line.replace(TIME, ""))).toEqual([
      'INFO: poll succeeded {"durationMs":12}\n',
      "ERROR: bad\n",
    ]);
  });
});

describe.each(["json", "pretty"] as const)("%s", (format) => {
  test.each(LEVELS.map((level, index) => ({ level, written: LEVELS.slice(index) })))(
    "at level $level writes $written",
    ({ level, written }) => {
      const { log, logger } = logTo({ level, format });
      for (const each of LEVELS) logger[each](`said at ${each}`);
      expect(log.lines.map((line) => /said at (\w+)/.exec(line)?.[1])).toEqual(written);
    },
  );

  test.each([
    { name: "a field", facts: { url: KEY } },
    { name: "a field's name", facts: { [KEY]: 1 } },
    { name: "a nested field", facts: { a: { b: [{ c: `x${KEY}x` }] } } },
    { name: "a URL", facts: { url: new URL(`http://api/?api_key=${encodeURIComponent(KEY)}`) } },
    { name: "an error", facts: { err: new Error(`failed with ${KEY}`) } },
    {
      name: "an error's cause",
      facts: { err: new Error("outer", { cause: new Error(KEY, { cause: new Error(KEY) }) }) },
    },
    {
      name: "an error's property",
      facts: { err: Object.assign(new Error("outer"), { url: encodeURIComponent(KEY) }) },
    },
    { name: "an error in another field", facts: { problem: { reason: new Error(KEY), text: KEY } } },
  ])("never shows a secret, not even in $name", ({ facts }) => {
    const { log, logger } = logTo({ format });
    logger.error(facts, `about ${KEY}`);
    expect(log.lines).toHaveLength(1);
    expect(log.lines.join("")).toContain("about <secret>");
    expect(log.lines.join("")).not.toMatch(/k\/e|k%2Fe|9f86d081884c7d65/);
  });
});
