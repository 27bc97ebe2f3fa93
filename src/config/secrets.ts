import { systemWords } from "../errors.ts";
import { bad, good, type Reading } from "./reading.ts";
import { SECRET } from "./show.ts";

const MIN_HMAC_KEY = 16;

/** Shorter texts are no keys, and hiding them would spoil the messages. */
const MIN_REDACTED = 8;

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

/** Reads an API key: printable ASCII without white space. */
export function readKey(text: string): Reading<string> {
  if (text === "") return bad("is empty; give the key");
  if (/\s/.test(text)) return bad("has white space in the key; give the key alone");
  return /^[!-~]+$/.test(text) ? good(text) : bad("has characters no key has; copy the key again");
}

/** Reads an API key from a file. The white space around it is not part of it. */
export function readKeyFile(path: string, readFile: ReadFile): Reading<string> {
  const file = readTextFile(path, readFile);
  return file.ok ? readKey(file.value.trim()) : file;
}

/** Reads the key of the labelers' hashes from a file. */
export function readHmacKeyFile(path: string, readFile: ReadFile): Reading<string> {
  const file = readTextFile(path, readFile);
  if (!file.ok) return file;
  const secret = file.value.trim();
  if (secret.length >= MIN_HMAC_KEY) return good(secret);
  return bad(`holds fewer than ${MIN_HMAC_KEY} characters; write a longer key into it, e.g. openssl rand -hex 32`);
}

/** Hides secrets that stand in a message because the user put them in the wrong place. */
export function redact(message: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= MIN_REDACTED)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .reduce((text, secret) => text.replaceAll(secret, SECRET), message);
}
