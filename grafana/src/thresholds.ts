import type { Thresholds } from "./grafana-types.ts";

/** The default target of the alerts; below it by ten points or more is red. */
const TARGET = 0.9;
const POOR = 0.8;

function steps(base: string, ...rest: readonly (readonly [number, string])[]): Thresholds {
  return {
    mode: "absolute",
    steps: [{ color: base, value: null }, ...rest.map(([value, color]) => ({ color, value }))],
  };
}

/** Approval from 0 to 1, in the colours of the alerts' default target. */
export const APPROVAL = steps("red", [POOR, "yellow"], [TARGET, "green"]);

/** A difference of two ratios: red from five points down, green at or above zero. */
export const DIFFERENCE: Thresholds = {
  mode: "absolute",
  // The base is -1 and not null, which Grafana takes for 0 in a column's overrides: no difference is lower.
  steps: [
    { color: "red", value: -1 },
    { color: "yellow", value: -0.05 },
    { color: "green", value: 0 },
  ],
};

/** Seconds since the last good poll, for intervals of up to half an hour. */
export const AGE = steps("green", [3600, "yellow"], [7200, "red"]);

/** Something that should be zero. */
export const NONE_EXPECTED = steps("green", [1, "red"]);

/** Something that is neither good nor bad. */
export const NEUTRAL = steps("text");

/** 1 is good, 0 is bad. */
export const ONE_EXPECTED = steps("red", [1, "green"]);

/** Share of a limit that is used up. */
export const USAGE = steps("green", [0.8, "yellow"], [0.95, "red"]);
