import { systemWords } from "../errors.ts";
import { MIN_SECRET, keyProblem } from "./key-form.ts";
import { bad, good, type Reading } from "./reading.ts";
import { SECRET } from "./show.ts";

const MIN_HMAC_KEY = 16;

/** Reads a file's text. Throws what Node throws. */
export type ReadFile = (path: string) => string;

/** Reads a file whole. */
export function readTextFile(path: string, readFile: ReadFile): Reading<string> {
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
export function readUtf8File(path: string, readFile: ReadFile): Reading<string> {
  const file = readTextFile(path, readFile);
  const problem = file.ok ? encodingProblem(file.value) : undefined;
  return problem === undefined ? file : bad(problem);
}

/** Reads an API key. The white space and the byte order mark around it are not part of it. */
export function readKey(text: string): Reading<string> {
  const key = text.trim();
  const problem = keyProblem(key);
  return problem === undefined ? good(key) : bad(problem);
}

/** Reads an API key from a file. */
export function readKeyFile(path: string, readFile: ReadFile): Reading<string> {
  const file = readUtf8File(path, readFile);
  return file.ok ? readKey(file.value) : file;
}

/** Reads the key of the labelers' hashes from a file. */
export function readHmacKeyFile(path: string, readFile: ReadFile): Reading<string> {
  const file = readTextFile(path, readFile);
  if (!file.ok) return file;
  const secret = file.value.trim();
  if (secret.length >= MIN_HMAC_KEY) return good(secret);
  return bad(`holds fewer than ${MIN_HMAC_KEY} characters; write a longer key into it, e.g. openssl rand -hex 32`);
}

/** Hides secrets that stand in messages because the user put them in the wrong place. */
export function redact(messages: readonly string[], secrets: readonly string[]): string[] {
  const long = secrets.map((secret) => secret.trim()).filter((secret) => secret.length >= MIN_SECRET);
  // A secret may be given many times, and a message hold any of them.
  const spellings = new Set(long.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]));
  return messages.map((message) =>
    [...spellings].reduce((text, spelling) => text.replaceAll(spelling, SECRET), message),
  );
}
