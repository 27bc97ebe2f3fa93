/** Invisible, and able to change what stands around it or to hide a difference: controls, bidi marks, fillers, tags. */
const DROPPED =
  /(?![\t-\r\u0085])\p{Cc}|(?!\p{Join_Control}|\p{Variation_Selector})\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]/gu;

const SPACE = /[\s\u0085]+/g;

/** Joiners change how the letters at both sides are written (Persian, Hindi, emoji). Elsewhere they are only invisible. */
const IDLE_JOINER = /(?<![^\s\p{Join_Control}])\p{Join_Control}|\p{Join_Control}(?![^\s\p{Join_Control}])/gu;

const BLANK = /^[\s\u2800\p{Default_Ignorable_Code_Point}]*$/u;

/**
 * Makes text from outside safe to stand in one line of a terminal, a log or a label. White space and separators of
 * lines become one space; control characters, bidi controls and zero-width characters are dropped, and so is the white
 * space at both ends. A text of which nothing can be seen becomes empty.
 */
export function plainText(text: string): string {
  const line = text
    .toWellFormed()
    .replace(DROPPED, "")
    .replace(SPACE, " ")
    .replace(IDLE_JOINER, "")
    .replace(SPACE, " ")
    .trim();
  return BLANK.test(line) ? "" : line;
}

/** As long as a slug may be: Roboflow's own are far shorter. */
const MAX_LENGTH = 128;

const SLUG = new RegExp(`^(?=.*[a-z0-9])[a-z0-9_-]{1,${MAX_LENGTH}}$`, "i");

/** What {@link isSlug} accepts, for messages. */
export const SLUG_RULE = "letters, digits, - and _";

/**
 * Whether a text is the slug of a workspace, as it stands in Roboflow's URLs. One may begin with `-` or `_`: of a name
 * in another script nothing else may be left. Safe in a URL's path, in a file's name and in a label.
 */
export function isSlug(text: string): boolean {
  return SLUG.test(text);
}

/**
 * Whether a value from outside is a plain object. Not a schema: it is asked of every element of an answer, and a schema
 * that fails costs too much for that.
 */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
