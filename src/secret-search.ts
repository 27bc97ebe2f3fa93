/** How a secret may be spelled in texts. */
export interface Spellings {
  /** Spellings without escapes. */
  readonly plain: readonly string[];
}

/** How many characters of a spelling are looked up; shorter ones are searched in another way. */
const START = 8;
/** How many characters of a start are hashed together. */
const HASHED = 4;
/** A text is looked at only every so many characters: wherever a start is in it, one of its hashed parts begins there. */
const STRIDE = START - HASHED + 1;
/** Number of different hashes. Thousands of spellings take a small part of them. */
const HASHES = 2 ** 18;

function hashAt(text: string, at: number): number {
  let hash = 0;
  for (let offset = 0; offset < HASHED; offset++) hash = (Math.imul(hash, 31) + text.charCodeAt(at + offset)) | 0;
  return hash & (HASHES - 1);
}

/**
 * Finds which secrets a text contains, in their spellings without escapes. It takes as long for a thousand secrets as
 * for one.
 */
function createLookUp<S extends Spellings>(all: readonly S[]): (text: string) => S[] {
  const hashes = new Uint8Array(HASHES);
  const byStart = new Map<string, (readonly [string, S])[]>();
  for (const one of all)
    for (const spelling of one.plain) {
      const start = spelling.slice(0, START);
      for (let offset = 0; offset < STRIDE; offset++) hashes[hashAt(start, offset)] = 1;
      byStart.set(start, [...(byStart.get(start) ?? []), [spelling, one]]);
    }
  return (text) => {
    const found: S[] = [];
    for (let at = 0; at + HASHED <= text.length; at += STRIDE) {
      if (hashes[hashAt(text, at)] === 0) continue;
      for (let start = Math.max(0, at - STRIDE + 1); start <= at; start++)
        for (const [spelling, one] of byStart.get(text.slice(start, start + START)) ?? [])
          if (text.startsWith(spelling, start)) found.push(one);
    }
    return found;
  };
}

const NAMED: Readonly<Record<string, string>> = { lowbar: "_", plus: "+", sol: "/" };

/** The text without the escapes that letters, digits, `-`, `_`, `+` and `/` can have. More may be decoded. */
function unescaped(text: string): string {
  const character = (hex: string) => String.fromCharCode(Number.parseInt(hex, 16));
  return (
    text
      .replaceAll(/\\(?:u00|x)([0-9a-f]{2})|%(?:25)*([0-9a-f]{2})/gi, (_, escape?: string, percent?: string) =>
        character(escape ?? percent ?? ""),
      )
      .replaceAll(
        /&(?:amp;)*(?:#x0*([2-7][0-9a-f])|#0*(1[0-2]\d|[4-9]\d)|(lowbar|plus|sol));?/gi,
        (_, hex?: string, decimal?: string, name?: string) =>
          hex === undefined
            ? (NAMED[name?.toLowerCase() ?? ""] ?? String.fromCharCode(Number(decimal)))
            : character(hex),
      )
      // Also if there are several before an escape.
      .replaceAll("\\", "")
  );
}

/** What every kind of escape contains. */
const SIGN = /[\\%;]|&#/;

/** Other characters have spellings that {@link unescaped} does not decode. */
function isUsual({ plain }: Spellings): boolean {
  return /^[\w-]+$/.test(plain[0] ?? "") && plain.every((spelling) => spelling.length >= START);
}

/**
 * Finds which secrets a text may contain, in any spelling. The time does not grow with their number, except for secrets
 * with unusual characters: answers of many megabytes are searched, and few contain a secret.
 * @param all the first spelling of each is the secret itself
 */
export function createSecretSearch<S extends Spellings>(all: readonly S[]): (text: string) => readonly S[] {
  const usual = createLookUp(all.filter(isUsual));
  const others = all.filter((one) => !isUsual(one));
  const hasBlank = others.some(({ plain }) => plain[0]?.includes(" "));
  return (text) => {
    const isEscaped = SIGN.test(text);
    const mayHold = ({ plain }: S) =>
      isEscaped || (hasBlank && text.includes("+")) || plain.some((spelling) => text.includes(spelling));
    const found = new Set([...usual(text), ...others.filter(mayHold)]);
    if (isEscaped) {
      const plainText = unescaped(text);
      for (const one of [...usual(plainText), ...usual(plainText.toLowerCase())]) found.add(one);
    }
    return [...found];
  };
}
