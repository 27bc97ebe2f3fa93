import { ApiError } from "../errors.ts";
import { FAILURES, failureOfStatus } from "../failures.ts";
import { isRecord, plainText } from "../untrusted.ts";
import type { Redactor } from "../redact.ts";

const MAX_LENGTH = 200;

/** Bounds on how much of a body is looked at. */
const MAX_DEPTH = 6;
const MAX_ITEMS = 5;

/** Names under which APIs put what went wrong, in lower case and without `_` and `-`: a heading, the message, its parts. */
const NAMES: readonly (readonly string[])[] = [
  ["error", "title", "fault", "exception"],
  [
    "message",
    "errormessage",
    "msg",
    "detail",
    "errordescription",
    "description",
    "reason",
    "summary",
    "faultstring",
    "text",
    "info",
  ],
  ["errors", "details", "violations", "issues", "causes", "cause", "innererror"],
];

/** Used only when nothing else is found. */
const KINDS = ["type", "code", "status", "name"];

const TRIED = new Set([...NAMES.flat(), ...KINDS]);

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, "");
}

function namesIn(value: object): Map<string, unknown> {
  return new Map(Object.entries(value).map(([name, child]: [string, unknown]) => [plainName(name), child]));
}

function textUnder(names: readonly string[], fields: ReadonlyMap<string, unknown>, depth: number): string | undefined {
  // Plain text first: of "detail" and "faultstring" only one may be the text.
  const outright = names.filter((name) => typeof fields.get(name) === "string");
  for (const name of [...outright, ...names]) {
    const text = textIn(fields.get(name), depth + 1);
    if (text !== undefined) return text;
  }
  return undefined;
}

function joined(texts: readonly (string | undefined)[], separator: string): string | undefined {
  const said = [...new Set(texts.filter((text) => text !== undefined))];
  return said.length === 0 ? undefined : said.join(separator);
}

/** Whatever text a mapping of unknown names holds, each with its name: `startDate: is invalid`. */
function anyText(value: object, depth: number): string | undefined {
  // What known names hold was looked at in vain: once more at each depth would double the work with each.
  const entries = Object.entries(value)
    .slice(0, MAX_ITEMS)
    .filter(([name]) => !TRIED.has(plainName(name)));
  const texts = entries.map(([name, child]: [string, unknown]) => {
    const text = typeof child === "number" ? undefined : textIn(child, depth + 1);
    return text === undefined ? undefined : `${name}: ${text}`;
  });
  return joined(texts, ", ");
}

function textIn(value: unknown, depth: number): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value.slice(0, MAX_ITEMS);
    return joined(
      items.map((item) => textIn(item, depth + 1)),
      ", ",
    );
  }
  const fields = namesIn(value);
  return (
    joined(
      NAMES.map((names) => textUnder(names, fields, depth)),
      ": ",
    ) ??
    textUnder(KINDS, fields, depth) ??
    (depth === 0 ? undefined : anyText(value, depth))
  );
}

/** Cut before it is made plain, for it may be long, and after: redacted both times, since half a key is not recognized. */
function oneLine(text: string, redact: Redactor): string {
  const whole = redact(text).slice(0, 65_536);
  return redact(plainText(whole)).slice(0, MAX_LENGTH).toWellFormed();
}

const NO_ERROR: readonly unknown[] = [undefined, null, false, ""];
const FAILED = /^(?:error|fail(?:ed|ure)?)$/i;

/** Whether an answer says that it is an error: by an `error`, by a list of them as GraphQL has it, or by a flag. */
function saysError(json: unknown): boolean {
  if (!isRecord(json)) return false;
  const { error, errors, success, ok, status } = json;
  const isListed = typeof errors === "object" && errors !== null ? Object.keys(errors).length > 0 : Boolean(errors);
  const isFlagged = success === false || ok === false || (typeof status === "string" && FAILED.test(status));
  return isListed || isFlagged || !NO_ERROR.includes(error);
}

/**
 * One redacted line out of a good answer that says it is an error, in whatever form.
 * @param body the answer's text, for an error without words
 * @returns undefined when the answer carries none
 */
export function describeErrorBody(json: unknown, body: string, redact: Redactor): string | undefined {
  if (!saysError(json)) return undefined;
  return oneLine(textIn(json, 0) ?? body, redact);
}

/** Of a page the title; of other markup, as XML has it, the text. */
function describeMarkup(body: string, redact: Redactor): string {
  const [, title = ""] = /<title[^<>]{0,100}>([^<]{0,300})/i.exec(body) ?? [];
  const isPage = /<(?:!doctype html|html|head|body|p|h1|div)\b/i.test(body);
  const said = oneLine(isPage ? title : body.replaceAll(/<[^<>]{0,1000}>/g, " "), redact);
  if (said === "") return isPage ? "an HTML page" : "markup without text";
  return isPage ? `an HTML page: ${said}` : said;
}

/** One redacted line out of the body of an answer whose status says that it is an error; at last the body itself. */
export function describeFailure(body: string, redact: Redactor): string {
  if (/^\s*</.test(body)) return describeMarkup(body, redact);
  try {
    const text = textIn(JSON.parse(body.replace(/^\ufeff/, "")), 0);
    return (text === undefined ? "" : oneLine(text, redact)) || oneLine(body, redact) || "an empty body";
  } catch {
    return oneLine(body, redact) || "an empty body";
  }
}

/** What retrying cannot correct comes with its remedy. */
function meaningWithRemedy(status: number): string | undefined {
  const { reason, meaning } = failureOfStatus(status);
  const { retried, remedy } = FAILURES[reason];
  return retried === "never" ? [meaning, remedy].filter(Boolean).join("; ") : meaning;
}

/** However long the API asks us to stay away, we look again after this. */
export const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Reads a `Retry-After` header: seconds or an HTTP date. Dates in the past give 0, absurd waits are capped at an hour.
 * @returns undefined when the header is absent or means nothing.
 * Source: RFC 9110, section 10.2.3
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MS);
  // Only HTTP dates: Date.parse alone would read "-5" as a year.
  const date = /^[A-Z][a-z]{2}, .+ GMT$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - nowMs), MAX_RETRY_AFTER_MS);
}

/** An answer whose status is not 200. `detail` is the redacted text of its body. */
export function statusError(status: number, detail: string, retryAfterMs: number | undefined): ApiError {
  const message = [`the API answered ${status}`, meaningWithRemedy(status), detail].filter(Boolean).join(": ");
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new ApiError(message, { reason: failureOfStatus(status).reason, status, ...wait });
}
