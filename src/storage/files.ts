import { constants } from "node:fs";
import type fs from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { ConfigError, systemCode, systemWords } from "../errors.ts";
import { RefusedError } from "./refused-error.ts";

/** The file system, as far as the storage needs it. */
export type Files = Pick<typeof fs, "access" | "mkdir" | "open" | "rename" | "rm" | "rmdir">;

/** A larger file is neither read nor written. Over twice of what a workspace of a million series takes. */
export const MAX_FILE_BYTES = 64 * 2 ** 20;
const TOO_LARGE = `is larger than ${MAX_FILE_BYTES / 2 ** 20} MiB`;

/**
 * Makes the directory, for this user alone, unless it is there.
 * @throws ConfigError when files cannot be written to it
 */
export async function openDirectory(path: string, files: Files): Promise<void> {
  try {
    await files.mkdir(path, { recursive: true, mode: 0o700 });
    await files.access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    const remedy = "give a directory this user may create and write to, or remove the flag";
    throw new ConfigError([
      `--storage.path: ${JSON.stringify(path)} cannot be written to (${systemWords(error)}); ${remedy}`,
    ]);
  }
}

/**
 * Reads a file whole.
 * @returns undefined when there is none
 * @throws RefusedError when it is too large or no file, and what the system throws
 */
export async function readFile(path: string, files: Files): Promise<string | undefined> {
  const file = await openIfThere(path, files);
  if (!file) return undefined;
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new RefusedError("is no regular file");
    if (stat.size > MAX_FILE_BYTES) throw new RefusedError(TOO_LARGE);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string, files: Files): Promise<FileHandle | undefined> {
  try {
    // Without blocking: a pipe in the file's place would keep the program from starting.
    return await files.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Where a file is while it is written. Always the same name, so that a killed process leaves one file at most. */
function temporaryPath(path: string): string {
  return `${path}.tmp`;
}

/** Removes what a process left that was killed while it wrote. */
export async function removeLeftover(path: string, files: Files): Promise<void> {
  await files.rm(temporaryPath(path), { force: true });
}

/** Removes a file, if it is there. A directory in its place holds nothing of ours. */
export async function removeFile(path: string, files: Files): Promise<void> {
  await files.rm(path, { force: true }).catch((error: unknown) => {
    if (systemCode(error) !== "ERR_FS_EISDIR") throw error;
  });
}

/**
 * Writes a file so that whoever reads it, even after a crash, finds the old one or the new one whole.
 * @throws RefusedError when it would be too large to be read, and what the system throws
 */
export async function replaceFile(path: string, texts: readonly string[], files: Files): Promise<void> {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_FILE_BYTES) throw new RefusedError(TOO_LARGE);
  await removeLeftover(path, files);
  try {
    await writeNew(temporaryPath(path), texts, files);
    await moveOver(temporaryPath(path), path, files);
  } catch (error) {
    await removeLeftover(path, files).catch(() => undefined);
    throw error;
  }
}

/** Makes a file for this user alone. It must not be there: following a link would write somewhere else. */
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
    // An empty directory is what container engines make of a mount without a source. Any other is not ours to delete.
    await files.rmdir(to);
    await files.rename(from, to);
  }
}
