import type { Thresholds } from "./grafana-types.ts";

function steps(base: string, ...rest: readonly (readonly [number, string])[]): Thresholds {
  return {
    mode: "absolute",
    steps: [{ color: base, value: null }, ...rest.map(([value, color]) => ({ color, value }))],
  };
}

/** Something that should be zero. */
export const NONE_EXPECTED = steps("green", [1, "red"]);

/** Something that is neither good nor bad. */
export const NEUTRAL = steps("text");

/** 1 is good, 0 is bad. */
export const ONE_EXPECTED = steps("red", [1, "green"]);

/** Share of a limit that is used up. */
export const USAGE = steps("green", [0.8, "orange"], [0.95, "red"]);
