import { expect, test } from "vitest";
import { createNegotiation } from "../../../src/http/negotiation.ts";

const OPENMETRICS = "application/openmetrics-text;version=1.0.0";

test("what is remembered of a header is what it says, however many others come in between", () => {
  const preferenceOf = createNegotiation();
  const others = Array.from({ length: 200 }, (_, index) => `text/plain;q=0.${String(index + 1)}`);
  for (const accept of [OPENMETRICS, ...others, OPENMETRICS, OPENMETRICS]) {
    const format = accept === OPENMETRICS ? "openmetrics" : "text";
    expect(preferenceOf({ accept, "accept-encoding": "gzip" })).toEqual({ format, isGzip: true });
    expect(preferenceOf({ accept })).toEqual({ format, isGzip: false });
  }
});

test("so is what a header says that is too long to be remembered", () => {
  const preferenceOf = createNegotiation();
  const accept = `${"text/html,".repeat(500)}${OPENMETRICS}`;
  for (let times = 0; times < 2; times++)
    expect(preferenceOf({ accept })).toEqual({ format: "openmetrics", isGzip: false });
});
