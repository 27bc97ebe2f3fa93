import { ApiError } from "../errors.ts";
import type { Steps } from "../steps.ts";

/** The documents that we know are five deep. */
const MAX_DEPTH = 100;
/** So many rows are always read: the default of `limits.series` could not publish one number of each. */
const MIN_ROWS = 100_000;
/** Values to a row: the documented row has 18, itself counted. */
const VALUES_PER_ROW = 24;

/** How much a document may hold, whatever its size in bytes. */
export interface ShapeLimits {
  /** Elements of one list, and fields of one object. */
  readonly members: number;
  /** Values in all, at any depth. */
  readonly values: number;
}

/** The limits for an answer of which `seriesLimit` series may be published. */
export function shapeLimits(seriesLimit: number): ShapeLimits {
  const members = Math.max(MIN_ROWS, seriesLimit);
  return { members, values: members * VALUES_PER_ROW };
}

const [QUOTE, COMMA, BACKSLASH] = [34, 44, 92];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

function tooManyValues(what: string): ApiError {
  return new ApiError(`the answer holds more than ${what}; raise limits.series`, { reason: "too_large" });
}

/** The index of the quote that ends the text which begins after `start`; the document's end where there is none. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}

/** A text is looked at in pieces of about so many characters: less than a millisecond of work each. */
const PIECE = 65_536;

/**
 * Refuses a document that would cost far more than its bytes to parse and to read: millions of tiny values, or values
 * nested so deep that whatever walks through them fails. Looks at the text only, before anything is made of it.
 * @returns the text in pieces, none of which ends within a string of JSON
 * @throws ApiError `too_large`, or `invalid_schema` for one that is too deep
 */
export function* checkShape(text: string, limits: ShapeLimits): Steps<readonly string[]> {
  const commas = new Uint32Array(MAX_DEPTH + 1);
  const pieces: string[] = [];
  let [depth, values, start] = [0, 1, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === COMMA) {
      const count = (commas[depth] ?? 0) + 1;
      commas[depth] = count;
      if (count >= limits.members) throw tooManyValues(`${limits.members} elements in a list or fields in an object`);
      values++;
      if (at - start >= PIECE) {
        pieces.push(text.slice(start, at));
        start = at;
        yield;
      }
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (++depth > MAX_DEPTH)
        throw new ApiError(`the answer is nested deeper than ${MAX_DEPTH} levels`, { reason: "invalid_schema" });
      commas[depth] = 0;
      values++;
    } else if ((code === CLOSE_LIST || code === CLOSE_OBJECT) && depth > 0) depth--;
    if (values > limits.values) throw tooManyValues(`${limits.values} values`);
  }
  return [...pieces, text.slice(start)];
}
