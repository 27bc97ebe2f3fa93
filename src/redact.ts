import { plainText } from "./untrusted.ts";
import { type Sought, createSecretSearch } from "./secret-search.ts";

/** What stands in a text in place of a secret. */
export const REDACTED = "<secret>";

/**
 * Replaces every secret in a text, however it is spelled there: as JSON, URLs (once or twice encoded), HTML, base64 or
 * hex spell it. Replaces the value of any `api_key` parameter as well.
 */
export type Redactor = (text: string) => string;

/** A {@link Redactor} that learns further secrets while it is used. It forgets none. */
export type LearningRedactor = Redactor & { readonly learn: (secret: string) => void };

/** Of a shorter secret, base64 and hex are so short that they stand in innocent texts too. */
const MIN_ENCODED = 8;

/** Names that HTML has for what may stand in a key. Source: the HTML standard, "Named character references". */
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
    // JSON's and JavaScript's own escapes, once or more often; first, since a backslash may stand for itself too.
    `\\\\+(?:u00|x)${anyCase(code.toString(16).padStart(2, "0"))}`,
    `${/["'\\/]/.test(character) ? "\\\\*" : ""}${literal(character)}`,
    bytes.map((byte) => `%(?:25)*${anyCase(byte)}`).join(""),
    `${AMPERSAND}#(?:0*${code}|[xX]0*${anyCase(code.toString(16))});?`,
    ...(name === undefined ? [] : [`${AMPERSAND}${name};`]),
    ...(character === " " ? ["\\+"] : []),
  ].join("|")})`;
}

/** Letters and digits stand for themselves in what is base64 or hex already; its other characters may be escaped. */
function encodedPattern(encoded: string): string {
  return Array.from(encoded, (character) => (/\w/.test(character) ? character : characterPattern(character))).join("");
}

/** What base64 makes of a secret behind so many other bytes, without the characters that depend on what is around it. */
function base64Core(secret: string, bytesBefore: number): string {
  const bytes = Buffer.concat([Buffer.alloc(bytesBefore), Buffer.from(secret)]);
  return bytes.toString("base64").slice(Math.ceil((bytesBefore * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

function base64Of(secret: string): string[] {
  const cores = [0, 1, 2].map((bytesBefore) => base64Core(secret, bytesBefore));
  return [...new Set([...cores, ...cores.map((core) => core.replaceAll("+", "-").replaceAll("/", "_"))])];
}

/** What finds one secret. */
interface Finder extends Sought {
  /** Finds those and all others. */
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

/** Looks for secrets by expressions only where they may be: those of many are slow. */
function createSearch(secrets: ReadonlySet<string>): Redactor {
  // The longest first: a secret that begins with another would keep its end.
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

/** Enough of a text to find what will be shown of it. */
const MAX_SHOWN = 10_000;

/** Whether a document's text may hold a character, written out or escaped, that {@link plainText} takes away. */
export function mayHide(body: string): boolean {
  return /(?![\t-\r])\p{Cc}|\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]|\\u/u.test(body);
}

/**
 * Makes a redactor that also finds a secret with characters between its own that cannot be seen. They are taken away
 * before a text is shown, and then the secret would stand there whole.
 * @param isClean whether the texts are known to hold no secret that can be seen, so that most need no look
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
 * Redacts a document of JSON: the texts in it and the names of its properties, at any depth. Numbers and the form stay as
 * they are. Changes the document.
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
 * Redacts a line of a log in JSON. The names of our own fields stay, also where a secret is spelled like one. A line that
 * is not JSON is redacted whole.
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
