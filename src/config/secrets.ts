import { z } from "zod";
import { systemCode, systemWords } from "../errors.ts";
import { bad, good, type Result } from "../result.ts";
import { MIN_SECRET } from "./messages.ts";
import { readerOf } from "./values.ts";

const MIN_HMAC_KEY = 16;

/** Reads a file's text. Throws what Node throws. */
export type ReadFile = (path: string) => string;

/** Reads a file whole. */
export function readTextFile(path: string, readFile: ReadFile): Result<string> {
  try {
    return good(readFile(path));
  } catch (error) {
    return bad(`cannot be read (${systemWords(error)}); give the path of a readable file`);
  }
}

/** What bytes of another encoding leave behind when they are read as UTF-8. */
function encodingProblem(text: string): string | undefined {
  if (text.includes("\0\0")) return "is UTF-32; save it as UTF-8";
  if (text.includes("\0")) return "is UTF-16, as PowerShell writes it; save it as UTF-8";
  const at = text.indexOf("\uFFFD");
  if (at < 0) return undefined;
  const line = text.slice(0, at).split(/\r\n?|\n/).length;
  return `line ${line}: this is not UTF-8, but perhaps Latin-1 or Windows-1252; save it as UTF-8`;
}

/** Reads a file of text in UTF-8 whole; another encoding is named. */
export function readUtf8File(path: string, readFile: ReadFile): Result<string> {
  const file = readTextFile(path, readFile);
  const problem = file.ok ? encodingProblem(file.value) : undefined;
  return problem === undefined ? file : bad(problem);
}

/** Longer than any key, short enough for the patterns below. */
const MAX_LENGTH = 512;

const QUOTES = "\"'`“”‘’„«»";

/** Names of a key, alone or among words that ask for one, once only letters and digits are left. */
const PLACEHOLDER_WORDS =
  /^(?:rf)?(?:your|my|the|own|real|actual|insert|enter|paste|replace|put|add|set|with|roboflow|private|publishable|workspace|secret|sample|example|dummy|fake)*(?:api)?(?:key|token|secret)(?:here|goes|value)*$/;
const PLACEHOLDERS =
  /^(?:(?:change|replace)(?:me|this|it)\w*|redacted\w*|placeholder\w*|todo|tbd|none|null|undefined|nan|true|false|example|password)$/;

/** Marks, words for a key, one character repeated: what documentation and masks have in a key's place. */
function isPlaceholder(key: string): boolean {
  const words = key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  if (PLACEHOLDER_WORDS.test(words) || PLACEHOLDERS.test(words)) return true;
  if (/[<>…•]|\.{3}|^\[.*\]$|(?:^|[-_. ])your(?:[-_. ]|$)/i.test(key)) return true;
  return new Set(key.replace(/^rf_/, "").replaceAll(/[-_]/g, "")).size <= 1;
}

const test = (pattern: RegExp) => (key: string) => pattern.test(key);

/** Texts that are found in a key's place, the clearest first, with what is wrong and the remedy. */
const FAULTS: readonly (readonly [isFaulty: (key: string) => boolean, problem: string])[] = [
  [(key) => key === "", "is empty; give the key"],
  [(key) => key.length > MAX_LENGTH, `is longer than ${MAX_LENGTH} characters; give the key alone`],
  [
    (key) => QUOTES.includes(key.slice(0, 1)) || QUOTES.includes(key.slice(-1)),
    "has quotes around the key; remove them (docker's --env-file keeps them)",
  ],
  [
    test(/^\$\w|\$[{(]|^%\w+%$|\{\{|\}\}/),
    "is a variable or a template that was not expanded; give the key itself, or a variable's name in api_key_env",
  ],
  [
    test(/%[\da-f]{2}|&(?:quot|apos|amp|lt|gt|#\w{1,6});/i),
    "is written as in a URL or in HTML; give the key as Roboflow shows it",
  ],
  [
    test(/^[a-z][\w+.-]*:\/\/|^(?:arn|env|ref|file|vault|secret|secretref|ssm|encrypted):\S|^ENC\[/i),
    "is a URL or a reference that was not resolved; give the key itself",
  ],
  [
    test(/^(?:(?:export|set)\s+)?\w+\s?=\s?[^=\s]|^[\w-]+:\s|^\w+_KEY:|[?&]api_key=/i),
    "is a whole line, with a name before the key; give only the key",
  ],
  [test(/^(?:bearer|basic|token)\s/i), "begins with a word of a header, such as Bearer; give only the key after it"],
  [test(/^\{/), "is JSON; give the key alone"],
  [
    test(/^[A-Z][A-Z0-9_]*_(?:KEY|TOKEN|SECRET)$/),
    "is the name of a variable; give it in api_key_env, or the key itself",
  ],
  [test(/^@?(?:~|\.{1,2})?\/|^[a-z]:\\/i), "is a path; give it in api_key_file or ROBOFLOW_API_KEY_FILE"],
  [isPlaceholder, "is a placeholder or a shortened key; give the workspace's whole key"],
  [test(/[,;]$|\\[nrt]?$/), "ends with a separator or an escape; give the key alone"],
  [test(/\s/), "has white space in the key; give the key alone"],
  [test(/[^!-~]/), "has characters that no key has; copy the key again"],
  [(key) => key.length < MIN_SECRET, `is shorter than ${MIN_SECRET} characters; copy the whole key`],
];

/** Every reason for which a text is not taken for a key: "is empty", and so on. */
export const KEY_FAULTS: readonly string[] = FAULTS.map(([, problem]) => problem.split(";", 1).join());

const problemOf = (key: string) => FAULTS.find(([isFaulty]) => isFaulty(key))?.[1];

/**
 * An API key, without the white space and the byte order mark around it. Roboflow documents no form, so only that is
 * refused which cannot be a key. The prefix `rf_` says nothing: private keys may have it too. Messages do not hold the
 * text.
 */
const apiKey = z
  .string()
  .trim()
  .refine((key) => problemOf(key) === undefined, { error: ({ input }) => problemOf(String(input)) });

/** Reads an API key. */
export const readKey = readerOf(apiKey);

/** Reads an API key from a file. */
export function readKeyFile(path: string, readFile: ReadFile): Result<string> {
  const file = readUtf8File(path, readFile);
  return file.ok ? readKey(file.value) : file;
}

const readHmacKey = readerOf(
  z
    .string()
    .trim()
    .min(MIN_HMAC_KEY, {
      error: `holds fewer than ${MIN_HMAC_KEY} characters; write a longer key into it, e.g. openssl rand -hex 32`,
    }),
);

/** Reads the key of the labelers' hashes from a file. */
export function readHmacKeyFile(path: string, readFile: ReadFile): Result<string> {
  const file = readTextFile(path, readFile);
  return file.ok ? readHmacKey(file.value) : file;
}

/** What reading a key again needs. */
export interface KeyFileDeps {
  /** Reads a regular file's text; undefined when there is none. A pipe must not be waited for. */
  readonly readFile: (path: string) => Promise<string | undefined>;
  /** Called with a new key before anything else gets it, so that no text shows it. */
  readonly learn: (secret: string) => void;
  /** Called when the key has changed. */
  readonly onChanged: () => void;
  /** Called once for each problem that keeps the file from being used, while the key before stays in use. */
  readonly onProblem: (problem: string) => void;
}

async function readAgain(path: string, { readFile }: KeyFileDeps): Promise<Result<string>> {
  try {
    const text = await readFile(path);
    return text === undefined ? bad("is not there") : readKey(text.trim());
  } catch (error) {
    const isOwn = systemCode(error) === undefined && error instanceof Error;
    return bad(isOwn ? error.message : `cannot be read (${systemWords(error)})`);
  }
}

/**
 * Gives the key that a file holds at the moment. The file is read each time: it is small, and whether it was written,
 * replaced, or reached by a link that now leads elsewhere, as Kubernetes does it, makes no difference then.
 * @param first the key as it was read at the start; it stays in use while the file cannot be used
 */
export function createKeyFile(path: string, first: string, deps: KeyFileDeps): () => Promise<string> {
  let current = first;
  let known: string | undefined;
  return async () => {
    const read = await readAgain(path, deps);
    const problem = read.ok ? undefined : read.problem;
    if (problem !== undefined && problem !== known) deps.onProblem(problem);
    known = problem;
    if (read.ok && read.value !== current) {
      deps.learn(read.value);
      current = read.value;
      deps.onChanged();
    }
    return current;
  };
}
