import { plainText } from "./untrusted.ts";
import { type Spellings, createSecretSearch } from "./secret-search.ts";

/** The replacement for a secret. */
export const REDACTED = "<secret>";

/**
 * Replaces every secret in a text, however it is spelled: as in JSON, URLs (encoded once or twice), HTML, base64 or hex.
 * It also replaces the value of any `api_key` parameter.
 */
export type Redactor = (text: string) => string;

/** A {@link Redactor} that can learn further secrets. It never forgets one. */
export type LearningRedactor = Redactor & { readonly learn: (secret: string) => void };

/** The base64 and hex forms of shorter secrets are so short that they occur in other texts by chance. */
const MIN_ENCODED = 8;

/** HTML's names of characters that keys may contain. Source: the HTML standard, "Named character references". */
const HTML_NAMES: Readonly<Record<string, string>> = {
  ...{ "!": "excl", '"': "quot", "#": "num", $: "dollar", "%": "percnt", "&": "amp", "'": "apos", "(": "lpar" },
  ...{ ")": "rpar", "*": "ast", "+": "plus", ",": "comma", ".": "period", "/": "sol", ":": "colon", ";": "semi" },
  ...{ "<": "lt", "=": "equals", ">": "gt", "?": "quest", "@": "commat", "[": "lsqb", "\\": "bsol", "]": "rsqb" },
  ...{ "^": "Hat", _: "lowbar", "`": "grave", "{": "lcub", "|": "verbar", "}": "rcub" },
};

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function anyCase(hex: string): string {
  return hex.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

const AMPERSAND = "(?:&(?:amp;)*|%(?:25)*26|\\\\+u0026)";

/** An expression for one character in any spelling. */
function characterPattern(character: string): string {
  const code = character.charCodeAt(0);
  const bytes = Buffer.from(character.toWellFormed()).toString("hex").match(/../g) ?? [];
  const name = HTML_NAMES[character];
  return `(?:${[
    // The escapes of JSON and JavaScript, once or repeated. They come first, because a backslash may also be itself.
    `\\\\+(?:u00|x)${anyCase(code.toString(16).padStart(2, "0"))}`,
    `${/["'\\/]/.test(character) ? "\\\\*" : ""}${literal(character)}`,
    bytes.map((byte) => `%(?:25)*${anyCase(byte)}`).join(""),
    `${AMPERSAND}#(?:0*${code}|[xX]0*${anyCase(code.toString(16))});?`,
    ...(name === undefined ? [] : [`${AMPERSAND}${name};`]),
    ...(character === " " ? ["\\+"] : []),
  ].join("|")})`;
}

/** In base64 and hex, letters and digits are never escaped; other characters may be. */
function encodedPattern(encoded: string): string {
  return Array.from(encoded, (character) => (/\w/.test(character) ? character : characterPattern(character))).join("");
}

/** The base64 of a secret after so many other bytes, without the characters that depend on its neighbours. */
function base64Core(secret: string, bytesBefore: number): string {
  const bytes = Buffer.concat([Buffer.alloc(bytesBefore), Buffer.from(secret)]);
  return bytes.toString("base64").slice(Math.ceil((bytesBefore * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

function base64Of(secret: string): string[] {
  const cores = [0, 1, 2].map((bytesBefore) => base64Core(secret, bytesBefore));
  return [...new Set([...cores, ...cores.map((core) => core.replaceAll("+", "-").replaceAll("/", "_"))])];
}

/** How one secret is found. */
interface Finder extends Spellings {
  /** An expression for all spellings. */
  readonly pattern: string;
}

function finderOf(secret: string): Finder {
  const isLong = secret.length >= MIN_ENCODED;
  const base64 = isLong ? base64Of(secret) : [];
  const hex = isLong ? [Buffer.from(secret).toString("hex")] : [];
  const patterns = [Array.from(secret, characterPattern).join(""), ...base64.map(encodedPattern), ...hex.map(anyCase)];
  const plain = [secret, ...base64, ...hex, ...hex.map((digits) => digits.toUpperCase())];
  return { plain, pattern: patterns.join("|") };
}

/** Applies the expressions only to texts that may contain their secrets, because many expressions are slow. */
function createSearch(secrets: ReadonlySet<string>): Redactor {
  // The longest first: otherwise the end of a secret that begins with another one would stay.
  const sorted = [...secrets].filter((secret) => secret !== "").sort((a, b) => b.length - a.length);
  const finders = sorted.map(finderOf);
  const search = createSecretSearch(finders);
  let last: { readonly source: string; readonly pattern: RegExp } | undefined;
  return (text) => {
    const found = new Set(search(text));
    if (found.size === 0) return text;
    const source = finders.flatMap((finder) => (found.has(finder) ? finder.pattern : [])).join("|");
    if (last?.source !== source) last = { source, pattern: new RegExp(source, "g") };
    return text.replace(last.pattern, REDACTED);
  };
}

function redactParameters(text: string): string {
  return text.includes("=") ? text.replace(/(api_key=)[^&\s"'<\\]+/gi, `$1${REDACTED}`) : text;
}

/** Makes a {@link LearningRedactor} that knows the given secrets. */
export function createRedactor(secrets: readonly string[]): LearningRedactor {
  const known = new Set(secrets);
  let search = createSearch(known);
  const redact = (text: string) => redactParameters(search(text));
  const learn = (secret: string) => {
    if (known.has(secret)) return;
    known.add(secret);
    search = createSearch(known);
  };
  return Object.assign(redact, { learn });
}

/** Long enough to include all that will be shown of a text. */
const MAX_SHOWN = 10_000;

/** Whether a document may contain a character, as itself or escaped, that {@link plainText} removes. */
export function mayHide(body: string): boolean {
  return /(?![\t-\r])\p{Cc}|\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]|\\u/u.test(body);
}

/**
 * Makes a redactor that also finds a secret with invisible characters in between. They are removed before a text is shown,
 * which would make the secret readable.
 * @param isClean whether the texts are known to contain no visible secret, so that most can be skipped
 */
export function seeingThrough(redact: Redactor, isClean: boolean): Redactor {
  return (text) => {
    const clean = isClean ? text : redact(text);
    if (/^[ -~]*$/.test(clean)) return clean;
    const plain = plainText(clean.slice(0, MAX_SHOWN));
    const found = redact(plain);
    return found === plain ? clean : found + clean.slice(MAX_SHOWN);
  };
}

/**
 * Redacts a JSON document in place: its texts and the names of its properties, at any depth. Numbers and structure stay.
 */
export function redactDocument(document: unknown, redact: Redactor): unknown {
  const root = { document };
  const open: object[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const name of Object.keys(node)) {
      const value: unknown = Reflect.get(node, name);
      if (typeof value === "object" && value !== null) open.push(value);
      const clean = Array.isArray(node) || node === root ? name : redact(name);
      if (clean === name && typeof value !== "string") continue;
      if (clean !== name) Reflect.deleteProperty(node, name);
      const changed = typeof value === "string" ? redact(value) : value;
      Reflect.defineProperty(node, clean, { value: changed, writable: true, enumerable: true, configurable: true });
    }
  }
  return root.document;
}

/** The name of a field of ours. Keys of the API have digits, or more letters. */
const FIELD_NAME = /^[a-z][A-Za-z]{0,18}$/;

/**
 * Redacts a log line in JSON. The names of our own fields stay, even if a secret is spelled like one. A line that is not
 * JSON is redacted as a text.
 */
export function redactLine(line: string, redact: Redactor): string {
  if (redact(line) === line) return line;
  try {
    const fields: unknown = JSON.parse(line);
    if (typeof fields !== "object" || fields === null) return redact(line);
    const clean = Object.keys(fields).map((name): [string, unknown] => [
      FIELD_NAME.test(name) ? name : redact(name),
      redactDocument(Reflect.get(fields, name), redact),
    ]);
    return `${JSON.stringify(Object.fromEntries(clean))}\n`;
  } catch {
    return redact(line);
  }
}
