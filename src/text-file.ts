import { RefusedError, systemWords } from "./errors.ts";
import { bad, good, type Result } from "./result.ts";

/** Reads a file's text. Throws what Node throws, or RefusedError. */
export type ReadFile = (path: string) => string;

/** Reads a file whole. */
export function readTextFile(path: string, readFile: ReadFile): Result<string> {
  try {
    return good(readFile(path));
  } catch (error) {
    if (error instanceof RefusedError) return bad(error.message);
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
