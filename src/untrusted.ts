/** Invisible characters that can change the text around them or hide a difference: controls, bidi marks, fillers, tags. */
const DROPPED =
  /(?![\t-\r\u0085])\p{Cc}|(?!\p{Join_Control}|\p{Variation_Selector})\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]/gu;

const SPACE = /[\s\u0085]+/g;

/** Joiners change the letters on both sides of them (Persian, Hindi, emoji). Anywhere else they are only invisible. */
const IDLE_JOINER = /(?<![^\s\p{Join_Control}])\p{Join_Control}|\p{Join_Control}(?![^\s\p{Join_Control}])/gu;

const BLANK = /^[\s\u2800\p{Default_Ignorable_Code_Point}]*$/u;

/**
 * Makes text from outside safe for one line of a terminal, a log or a label. White space and line separators become one
 * space; control characters, bidi controls and zero-width characters are removed, and so is white space at both ends. An
 * invisible text becomes empty.
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

/** The maximum length of a slug; Roboflow's are far shorter. */
const MAX_LENGTH = 128;

const SLUG = new RegExp(`^(?=.*[a-z0-9])[a-z0-9_-]{1,${MAX_LENGTH}}$`, "i");

/** The characters that {@link isSlug} accepts, for messages. */
export const SLUG_RULE = "letters, digits, - and _";

/**
 * Whether a text can be the slug of a workspace, as in Roboflow's URLs. A slug may begin with `-` or `_`, because nothing
 * else may be left of a name in another script. It is safe in a URL's path, in a file's name and in a label.
 */
export function isSlug(text: string): boolean {
  return SLUG.test(text);
}

/**
 * Whether a value from outside is a plain object. Not a schema, because every element of an answer is checked, and a
 * failing schema is slow.
 */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
