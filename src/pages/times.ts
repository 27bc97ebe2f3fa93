import { type Html, html } from "./html.ts";

const UNITS = [
  { name: "d", seconds: 86_400 },
  { name: "h", seconds: 3_600 },
  { name: "min", seconds: 60 },
  { name: "s", seconds: 1 },
] as const;

/** A length of time in its largest whole unit: `3 min`. */
export function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const unit = UNITS.find((one) => seconds >= one.seconds) ?? { name: "s", seconds: 1 };
  return `${Math.floor(seconds / unit.seconds)} ${unit.name}`;
}

/** How long something took: `840 ms`, `3.2 s`, `2 min`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : spanText(ms);
}

function exact(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function relative(ms: number): string {
  if (Math.abs(ms) < 500) return "now";
  return ms > 0 ? `in ${spanText(ms)}` : `${spanText(-ms)} ago`;
}

/** A time as people say it, with the exact one for those who point at it, and for machines. */
export function timeTag(epochMs: number, nowMs: number): Html {
  const iso = new Date(epochMs).toISOString();
  return html`<time datetime="${iso}" title="${exact(epochMs)}">${relative(epochMs - nowMs)}</time>`;
}
