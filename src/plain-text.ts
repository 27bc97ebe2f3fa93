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
