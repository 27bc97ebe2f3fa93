import { z } from "zod";
import { parseWindow } from "../calendar/windows.ts";
import { hint } from "../nearest.ts";
import { bad, good, type Reader } from "../result.ts";
import { SLUG_RULE, isSlug } from "../untrusted.ts";
import { readListenAddress } from "./config.ts";
import { MAX_SHARDS, readShard } from "./shards.ts";

const MAX_NAME = 128;

/** Paths that the server answers itself; the metrics cannot use them. */
const RESERVED_PATHS = [
  ...["/-/healthy", "/-/ready", "/-/reload", "/config", "/probe", "/sd", "/polls"],
  ...["/metrics-docs", "/runbooks", "/style.css"],
];

/** A schema as a function, for what is not in the table of keys: options of other commands. */
export function readerOf<T>(schema: z.ZodType<T>): Reader<T> {
  return (written) => {
    const result = schema.safeParse(written);
    return result.success ? good(result.data) : bad(String(result.error.issues[0]?.message));
  };
}

/** A function as a schema. */
function readBy<T>(read: Reader<T>) {
  return z.unknown().transform((written, context) => {
    const result = read(written);
    if (result.ok) return result.value;
    context.addIssue({ code: "custom", message: result.problem });
    return z.NEVER;
  });
}

/**
 * A text that `parse` understands; for others it gives undefined.
 * @param problem what is wrong with anything else, and the remedy
 */
export function parsed<T>(parse: (text: string) => T | undefined, problem: (written: unknown) => string) {
  return readBy((written) => {
    const value = typeof written === "string" ? parse(written) : undefined;
    return value === undefined ? bad(problem(written)) : good(value);
  });
}

/** A mapping with exactly the keys of its shape. */
export function mapping<T extends z.core.$ZodLooseShape>(shape: T) {
  const error = "is not a mapping; write its keys below it, or remove it";
  return z.strictObject(shape, { error }).describe("mapping");
}

/** What is off (false), on (true), or on with the keys of its shape. Off is undefined. */
export function switchable<T extends z.core.$ZodLooseShape>(shape: T) {
  const error = "is neither true nor false nor a mapping; write true, or its keys below it";
  const read = (written: unknown) => (written === true ? {} : written === false ? undefined : written);
  return z.preprocess(read, z.strictObject(shape, { error }).optional()).describe("boolean or mapping");
}

/** One of a few words. */
export function oneOf<const T extends readonly string[]>(words: T) {
  const error = `is not one of ${words.join(", ")}; use one of them`;
  return z.enum(words, { error }).describe(words.map((word) => `\`${word}\``).join(words.length === 2 ? " or " : ", "));
}

/** True or false. */
export function yesOrNo() {
  return z.boolean({ error: "is not true or false; write one of them, without quotes" }).describe("boolean");
}

/** An integer from `min` to `max`. */
export function integer(min: number, max: number) {
  const error = `is not an integer from ${min} to ${max}; use one in that range`;
  return z.int({ error }).min(min, { error }).max(max, { error }).describe(`integer, ${min} to ${max}`);
}

/** An integer from `min` to `max`, written as text. */
export function integerText(min: number, max: number) {
  return z.preprocess((text) => (/^\d{1,15}$/.test(String(text)) ? Number(text) : undefined), integer(min, max));
}

/** A number from `min` to `max`, not always whole. */
export function amount(min: number, max: number) {
  const error = `is not a number from ${min} to ${max}; use one in that range`;
  return z.number({ error }).min(min, { error }).max(max, { error }).describe(`number, ${min} to ${max}`);
}

/** A list without repetitions. */
export function list<T extends z.ZodType>(
  entry: T,
  type: string,
  { max = Number.MAX_SAFE_INTEGER, remedy = "write it like [a, b], or remove it" } = {},
) {
  return z
    .array(entry, { error: `is not a list; ${remedy}` })
    .max(max, { error: `has more than ${max} entries; use fewer` })
    .superRefine((entries, context) => {
      const seen = new Set<string>();
      for (const [index, value] of entries.map((value) => JSON.stringify(value)).entries()) {
        if (seen.has(value))
          context.addIssue({ code: "custom", path: [index], message: "is given twice; remove one of them" });
        seen.add(value);
      }
    })
    .describe(`list of ${type}`);
}

/** Text that is not empty. `type` says in the docs what kind of text. */
export function text(type: string) {
  const error: z.core.$ZodErrorMap = ({ input }) =>
    input === null
      ? "is not a value; write one, in quotes if the name is null, or remove it"
      : "is not text; put it in quotes";
  const isGiven = (written: string) => written.trim() !== "";
  return z.string({ error }).refine(isGiven, { error: "is empty; give a value or remove it" }).describe(type);
}

/** An id or a name as Roboflow gives them. */
export function name() {
  const error = `is longer than ${MAX_NAME} characters; use the id as Roboflow shows it`;
  return text("name").max(MAX_NAME, { error });
}

/** What the `project` filter takes: a slug, or an id where the API wants that. */
export function project() {
  const error: z.core.$ZodErrorMap = ({ input }) => {
    const [, slug] = /^[^/]+\/([\w-]+)$/.exec(String(input)) ?? [];
    const remedy = slug === undefined ? "give what follows app.roboflow.com/<workspace>/" : `write ${slug}`;
    return `holds more than the project's slug; ${remedy}`;
  };
  return name().refine((written) => !written.includes("/"), { error });
}

/** A workspace's slug. */
export function slug() {
  const error = `is not a workspace's slug (${SLUG_RULE}); copy it from app.roboflow.com/<slug>`;
  return name().refine(isSlug, { error }).describe("slug");
}

/** A ratio. For what looks like a percentage the message has the ratio that it would be. */
function ratio() {
  const error: z.core.$ZodErrorMap = ({ input }) => {
    if (typeof input !== "number") return "is not a number from 0 to 1; write it like 0.95, without quotes";
    const isPercentage = input > 1 && input <= 100;
    return `is not a number from 0 to 1; use ${isPercentage ? Number((input / 100).toFixed(6)) : "one in that range"}`;
  };
  return z.number({ error }).min(0, { error }).max(1, { error });
}

/** One ratio for all projects, or ratios by project. */
export function approvalTarget() {
  const error = "is neither a number from 0 to 1 nor a mapping; write 0.95, or a project and its number per line";
  const targets = z.record(z.string(), ratio(), { error });
  return z
    .preprocess((written) => (typeof written === "number" ? { default: written } : written), targets)
    .describe("number, 0 to 1, or mapping");
}

/** The API's base URL. */
export function url() {
  const parse = (written: string) => (URL.canParse(written) ? { written, url: new URL(written) } : undefined);
  return parsed(parse, () => "is not a URL; write it like https://api.roboflow.com")
    .refine(({ url }) => ["http:", "https:"].includes(url.protocol), {
      error: "is neither http nor https; use https://…",
    })
    .refine(({ url }) => !url.username && !url.password, {
      error: "contains credentials; remove them and give the key in api_key_file or ROBOFLOW_API_KEY_FILE",
    })
    .refine(({ written }) => !/[?#]/.test(written), { error: "has a query or a fragment; end it at the path" })
    .transform(({ url }) => `${url.origin}${url.pathname}`.replace(/(?<!\/)\/+$/, ""))
    .describe("URL");
}

function isTimezone(written: string): boolean {
  // Offsets are refused: they know no daylight saving.
  if (!/^[A-Za-z]/.test(written)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: written }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** The name of an IANA time zone. */
export function timezone() {
  const error = "is not an IANA time zone; use a name like UTC or Europe/Berlin";
  return z.string({ error }).refine(isTimezone, { error }).describe("IANA time zone");
}

/** A list of windows. */
export function windows(max: number) {
  const window = parsed(parseWindow, () => "is not a window; use today, <N>d (1d to 3660d), week, month or all");
  return list(window, "windows", { max }).min(1, { error: "is empty; name a window or remove it" });
}

/** The name of a metric that the exporter has. */
export function metric(known: readonly string[]) {
  const error: z.core.$ZodErrorMap = ({ input }) =>
    `is not the name of a metric; ${hint(String(input), known, "docs/metrics.md")}`;
  return z.string({ error }).refine((written) => known.includes(written), { error });
}

/** The path of the metrics. */
export function telemetryPath() {
  const error = "is not a path below /; use one like /metrics, without query or special characters";
  const isFree = (path: string) => !RESERVED_PATHS.includes(path.toLowerCase().replace(/^(\/runbooks)\/.*|\/$/, "$1"));
  // Express would read other characters as patterns.
  return z
    .string({ error })
    .regex(/^(?:\/[\w.~-]+)+\/?$/, { error })
    .refine(isFree, { error: "is taken by another page; use one like /metrics" })
    .describe("path");
}

/** Which part of the workspaces is polled: `0/3`, `auto/3` or `auto`. */
export function shard() {
  return parsed(readShard, () => "is not a shard; write it like 0/3 for the first of three, or auto/3")
    .refine(({ count = 1 }) => count >= 1 && count <= MAX_SHARDS, {
      error: `has a wrong number of shards; use 1 to ${MAX_SHARDS}`,
    })
    .refine(({ index, count = Infinity }) => index === "auto" || index < count, {
      error: "does not exist; shards are counted from 0, so the last one of three is 2/3",
    })
    .describe("`I/N`, `auto/N` or `auto`");
}

/** Addresses to listen on. */
export function listenAddresses() {
  return list(readBy(readListenAddress), "addresses", { max: 16 }).describe("`:PORT`, `HOST:PORT` or `[IPv6]:PORT`");
}
