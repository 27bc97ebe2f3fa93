import { readKey } from "../config/secrets.ts";
import { systemCode, systemWords } from "../errors.ts";
import { bad, type Result } from "../result.ts";

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
