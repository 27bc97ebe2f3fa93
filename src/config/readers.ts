import { parseWindow, type Window } from "../calendar/windows.ts";
import { SLUG_RULE, isSlug } from "../slug.ts";
import { hint } from "./near.ts";
import { bad, good, type Reader, type Reading } from "./reading.ts";

const MAX_NAME = 128;

/** Paths the server answers itself; the metrics cannot stand there. */
const RESERVED_PATHS = ["/-/healthy", "/-/ready", "/-/reload", "/config", "/probe", "/sd", "/polls"];

/** Reads text that is not empty. */
export function readText(written: unknown): Reading<string> {
  if (written === null) return bad("is nothing; give a value, in quotes if null is its name, or remove it");
  if (typeof written !== "string") return bad("is not text; put it in quotes");
  return written.trim() === "" ? bad("is empty; give a value or remove it") : good(written);
}

/** Reads an id or a name as Roboflow gives them. */
export function readName(written: unknown): Reading<string> {
  const reading = readText(written);
  if (!reading.ok || reading.value.length <= MAX_NAME) return reading;
  return bad(`is longer than ${MAX_NAME} characters; use the id as Roboflow shows it`);
}

/** Reads what the `project` filter takes: a slug, or an id where the API wants that. */
export function readProject(written: unknown): Reading<string> {
  const reading = readName(written);
  if (!reading.ok || !reading.value.includes("/")) return reading;
  const [, slug] = /^[^/]+\/([\w-]+)$/.exec(reading.value) ?? [];
  const remedy = slug === undefined ? "give what follows app.roboflow.com/<workspace>/" : `write ${slug}`;
  return bad(`holds more than the project's slug; ${remedy}`);
}

/** Reads a workspace's slug. */
export function readSlug(written: unknown): Reading<string> {
  const reading = readName(written);
  if (!reading.ok || isSlug(reading.value)) return reading;
  return bad(`is not a workspace's slug (${SLUG_RULE}); copy it from app.roboflow.com/<slug>`);
}

/** Reads a ratio. What looks like a percentage gets the ratio it would be as the remedy. */
export function readRatio(written: unknown): Reading<number> {
  if (typeof written !== "number") return bad("is not a number from 0 to 1; write it like 0.95, without quotes");
  if (written >= 0 && written <= 1) return good(written);
  const remedy = written > 1 && written <= 100 ? `use ${Number((written / 100).toFixed(6))}` : "use one in that range";
  return bad(`is not a number from 0 to 1; ${remedy}`);
}

/** Reads the API's base URL. */
export function readUrl(written: unknown): Reading<string> {
  if (typeof written !== "string" || !URL.canParse(written)) {
    return bad("is not a URL; write it like https://api.roboflow.com");
  }
  const url = new URL(written);
  if (!["http:", "https:"].includes(url.protocol)) return bad("is neither http nor https; use https://…");
  if (url.username || url.password) return bad("holds credentials; remove them and give the key as a key");
  if (/[?#]/.test(written)) return bad("has a query or a fragment; end it at the path");
  return good(`${url.origin}${url.pathname}`.replace(/(?<!\/)\/+$/, ""));
}

/** Reads the name of an IANA time zone. Offsets are refused: they know no daylight saving. */
export function readTimezone(written: unknown): Reading<string> {
  const problem = bad("is not an IANA time zone; use a name like UTC or Europe/Berlin");
  if (typeof written !== "string" || !/^[A-Za-z]/.test(written)) return problem;
  try {
    new Intl.DateTimeFormat("en", { timeZone: written });
    return good(written);
  } catch {
    return problem;
  }
}

/** Reads a window's name. */
export function readWindow(written: unknown): Reading<Window> {
  const window = typeof written === "string" ? parseWindow(written) : undefined;
  return window ? good(window) : bad("is not a window; use today, <N>d (1d to 3660d), week, month or all");
}

/** Reads the name of a metric the exporter has. */
export function metricReader(known: readonly string[]): Reader<string> {
  return (written) => {
    if (typeof written !== "string") return bad("is not the name of a metric; see docs/metrics.md");
    if (known.includes(written)) return good(written);
    return bad(`is not the name of a metric; ${hint(written, known, "docs/metrics.md")}`);
  };
}

/** Reads the path under which the metrics stand. */
export function readTelemetryPath(written: unknown): Reading<string> {
  // Express would read other characters as patterns.
  if (typeof written !== "string" || !/^(?:\/[\w.~-]+)+\/?$/.test(written)) {
    return bad("is not a path below /; use one like /metrics, without query or special characters");
  }
  const plain = written.toLowerCase().replace(/\/$/, "");
  return RESERVED_PATHS.includes(plain) ? bad("is taken by another page; use one like /metrics") : good(written);
}

/** Reads an integer written as text, as flags are. */
export function integerTextBetween(min: number, max: number): Reader<number> {
  return (written) => {
    const value = typeof written === "string" && /^\d{1,15}$/.test(written) ? Number(written) : Number.NaN;
    if (value >= min && value <= max) return good(value);
    return bad(`is not an integer from ${min} to ${max}; use one in that range`);
  };
}
