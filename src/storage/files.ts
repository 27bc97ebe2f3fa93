import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import type fs from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ConfigError, RefusedError, systemCode, systemWords } from "../errors.ts";

/** The functions of the file system that are needed to write files. */
export type Files = Pick<
  typeof fs,
  "access" | "copyFile" | "mkdir" | "open" | "readdir" | "readlink" | "realpath" | "rename" | "rm" | "rmdir" | "stat"
>;

/** Larger files are neither read nor written. A workspace of a million series takes less than half of it. */
export const MAX_FILE_BYTES = 64 * 2 ** 20;
/** A write takes seconds: a temporary file that has not changed for this long is left over. */
export const LEFTOVER_MS = 600_000;
const TOO_LARGE = `is larger than ${MAX_FILE_BYTES / 2 ** 20} MiB`;

async function isDirectory(path: string, files: Files): Promise<boolean> {
  return files.stat(path).then(
    (stat) => stat.isDirectory(),
    () => false,
  );
}

async function makeOne(path: string, files: Files): Promise<void> {
  try {
    await files.mkdir(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it first. Then it does not matter that its parent is not writable.
    if (!(await isDirectory(path, files))) throw error;
  }
}

/**
 * Makes a directory and its parents, for this user alone, unless they exist. Not with mkdir's own `recursive`: when a
 * directory refuses entries with ENOENT, as /proc and removed mounts do, Node tries for ever
 * (https://github.com/nodejs/node/issues/27198).
 * @throws what the system throws, also when the directory is not writable
 */
export async function makeDirectory(path: string, files: Files): Promise<void> {
  await makePath(resolve(path), files);
  await files.access(path, constants.W_OK | constants.X_OK);
}

async function makePath(path: string, files: Files): Promise<void> {
  try {
    await makeOne(path, files);
  } catch (error) {
    if (systemCode(error) !== "ENOENT" || dirname(path) === path) throw error;
    await makePath(dirname(path), files);
    await makeOne(path, files);
  }
}

/**
 * Makes the directory of the restart cache.
 * @throws ConfigError when it is not writable
 */
export async function openDirectory(path: string, files: Files): Promise<void> {
  try {
    await makeDirectory(path, files);
  } catch (error) {
    const remedy = "give a directory this user may create and write to, or remove the flag";
    throw new ConfigError([
      `--storage.path: ${JSON.stringify(path)} cannot be written to (${systemWords(error)}); ${remedy}`,
    ]);
  }
}

/**
 * Reads a whole file.
 * @returns undefined when there is none
 * @throws RefusedError when it is too large or not a file, and what the system throws
 */
export async function readFile(path: string, files: Files): Promise<string | undefined> {
  const file = await openIfThere(path, files);
  if (!file) return undefined;
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new RefusedError("is not a regular file");
    if (stat.size > MAX_FILE_BYTES) throw new RefusedError(TOO_LARGE);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string, files: Files): Promise<FileHandle | undefined> {
  try {
    // Without blocking: a pipe in place of the file would keep the program from starting.
    return await files.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * The path of a file while it is written. It is different each time, because another process may write the same file.
 * @param suffix what the name ends with
 */
export function temporaryPath(path: string, suffix: string): string {
  return `${path}.${randomBytes(6).toString("hex")}.${suffix}`;
}

const SUFFIX = "tmp";
const TEMPORARY = /\.[0-9a-f]{12}\.(tmp|partial)$/;

/**
 * Removes temporary files of processes that were killed while writing: those older than the directory's last change by
 * `ageMs`. Both times come from the file system, because this machine's clock may differ from it.
 * @param path what the names begin with; with a slash at its end, all temporary files of the directory
 * @param ageMs younger files may still be written
 */
export async function removeLeftovers(path: string, ageMs: number, files: Files): Promise<void> {
  const [directory, beginning] = path.endsWith("/") ? [path, ""] : [dirname(path), `${basename(path)}.`];
  const { mtimeMs: changedMs } = await files.stat(directory);
  const names = (await files.readdir(directory)).filter((name) => name.startsWith(beginning) && TEMPORARY.test(name));
  for (const name of names) {
    const { mtimeMs } = await files.stat(join(directory, name));
    if (changedMs - mtimeMs > ageMs) await files.rm(join(directory, name), { force: true });
  }
}

/** Removes a file, if it exists. A directory in its place is not ours and stays. */
export async function removeFile(path: string, files: Files): Promise<void> {
  await files.rm(path, { force: true }).catch((error: unknown) => {
    if (systemCode(error) !== "ERR_FS_EISDIR") throw error;
  });
}

/**
 * Writes a file so that a reader finds either the old or the new content complete, even after a crash.
 * @throws RefusedError when it would be too large to be read, and what the system throws
 */
export async function replaceFile(path: string, texts: readonly string[], files: Files): Promise<void> {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_FILE_BYTES) throw new RefusedError(TOO_LARGE);
  const temporary = temporaryPath(path, SUFFIX);
  try {
    await writeNew(temporary, texts, files);
    await moveOver(temporary, path, files);
  } catch (error) {
    await files.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Makes a file for this user alone. It must not exist: a link could lead somewhere else. */
async function writeNew(path: string, texts: readonly string[], files: Files): Promise<void> {
  const file = await files.open(path, "wx", 0o600);
  try {
    for (const text of texts) await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function moveOver(from: string, to: string, files: Files): Promise<void> {
  try {
    await files.rename(from, to);
  } catch (error) {
    if (systemCode(error) !== "EISDIR") throw error;
    // Container engines make an empty directory for a mount without a source. Any other directory is not ours to delete.
    await files.rmdir(to);
    await files.rename(from, to);
  }
}
