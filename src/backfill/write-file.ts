import { constants, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { systemCode } from "../errors.ts";
import { type Files, removeLeftovers, temporaryPath } from "../storage/files.ts";

/** So many pieces are written in one go, which takes milliseconds: signals are handled and timers run in between. */
const PIECES_PER_TURN = 16;
const SUFFIX = "partial";
/** A killed process leaves a file that may be large. One that has not grown for a day will not grow any more. */
const LEFTOVER_MS = 86_400_000;
/** As many links as Linux follows. */
const MAX_LINKS = 40;
/** A name for one of the process' open files, which belongs to whatever opened it. */
const DESCRIPTOR = /^\/(dev|proc\/(self|\d+))\/fd\/\d+$/;
const STANDARD_OUTPUT = /^\/(dev|proc\/self)\/fd\/1$/;

export interface WriteDeps {
  readonly signal: AbortSignal;
  /** Called now and then with how many bytes are written. */
  readonly onWritten: (bytes: number) => void;
}

/** Where the text goes, checked before any of it is there. */
export interface OutputFile {
  /** Whether it is the program's standard output, so that nothing else may be written there. */
  readonly isStandardOutput: boolean;
  /**
   * Writes it, piece by piece.
   * @param pieces each is written before the next is asked for
   * @returns its length in bytes
   * @throws the signal's reason when it aborts, and what the system throws
   */
  readonly write: (pieces: Iterable<Uint8Array>, deps: WriteDeps) => Promise<number>;
  /** Must be called at the end, whether it was written or not. */
  readonly close: () => Promise<void>;
}

type WritePiece = (piece: Uint8Array) => Promise<void> | void;

async function writePieces(
  pieces: Iterable<Uint8Array>,
  write: WritePiece,
  { signal, onWritten }: WriteDeps,
): Promise<number> {
  let [bytes, count] = [0, 0];
  for (const piece of pieces) {
    if (count++ % PIECES_PER_TURN === 0) {
      onWritten(bytes);
      await nextTurn();
    }
    signal.throwIfAborted();
    await write(piece);
    bytes += piece.length;
  }
  return bytes;
}

/** Fails when the signal aborts, however long the work takes then. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let fail: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    fail = () => {
      reject(new Error("stopped"));
    };
  });
  if (signal.aborted) fail();
  signal.addEventListener("abort", fail);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", fail);
  }
}

/** What is not a regular file is written directly: a pipe, a device, an open file. The reader of a pipe sets the pace. */
async function openThrough(target: string, signal: AbortSignal, files: Files): Promise<OutputFile> {
  // An open file is written at its end, as the shell's >> expects it. A pipe opens once it has a reader.
  const file = await unlessAborted(files.open(target, DESCRIPTOR.test(target) ? "a" : "w"), signal);
  return {
    isStandardOutput: STANDARD_OUTPUT.test(target),
    write: (pieces, deps) => writePieces(pieces, (piece) => unlessAborted(file.writeFile(piece), deps.signal), deps),
    // After a stop it is not waited for: a write may be pending that is never read.
    close: () => (signal.aborted ? Promise.resolve() : file.close()),
  };
}

interface Temporary {
  readonly path: string;
  /** The permissions it gets; undefined: those of a new file. */
  readonly mode: number | undefined;
}

async function writeTemporary(
  { path: temporary, mode }: Temporary,
  pieces: Iterable<Uint8Array>,
  deps: WriteDeps,
  files: Files,
): Promise<number> {
  const file = await createNew(temporary, files);
  try {
    // Not by a thread of the pool: over hundreds of gigabytes handing the pieces over costs more than writing them.
    const bytes = await writePieces(pieces, writeBy(file), deps);
    if (mode !== undefined) await file.chmod(mode);
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}

function writeBy({ fd }: FileHandle): WritePiece {
  return (piece) => {
    writeFileSync(fd, piece);
  };
}

/** Makes a file for this user alone. It must not be there: following a link would write somewhere else. */
function createNew(file: string, files: Files): Promise<FileHandle> {
  return files.open(file, "wx", 0o600);
}

async function moveOver(temporary: string, target: string, files: Files): Promise<void> {
  try {
    await files.rename(temporary, target);
  } catch (error) {
    // A file that is a mount of its own, as containers have it, cannot be replaced, but it can be written.
    if (systemCode(error) !== "EBUSY") throw error;
    await files.copyFile(temporary, target);
    await files.rm(temporary, { force: true });
  }
}

/**
 * Until a file is complete it has a temporary name, so a file under its own name is always complete. An incomplete one is
 * removed: it can be large, and the disk full.
 */
async function openRegular(target: string, mode: number | undefined, files: Files): Promise<OutputFile> {
  await removeLeftovers(target, LEFTOVER_MS, files).catch(() => undefined);
  if (mode !== undefined) await files.access(target, constants.W_OK);
  const probe = temporaryPath(target, SUFFIX);
  await (await createNew(probe, files)).close();
  await files.rm(probe, { force: true });
  return {
    isStandardOutput: false,
    write: async (pieces, deps) => {
      const temporary = temporaryPath(target, SUFFIX);
      try {
        const bytes = await writeTemporary({ path: temporary, mode }, pieces, deps, files);
        await moveOver(temporary, target, files);
        return bytes;
      } catch (error) {
        await files.rm(temporary, { force: true }).catch(() => undefined);
        throw error;
      }
    },
    close: () => Promise.resolve(),
  };
}

/** The path that links lead to, whether it exists or not: a file is to be replaced, not the link to it. */
async function followLinks(given: string, files: Files): Promise<string> {
  let current = path.resolve(given);
  for (let links = 0; links < MAX_LINKS && !DESCRIPTOR.test(current); links++) {
    // The directory's own path first: a relative link begins there.
    const directory = await files.realpath(path.dirname(current));
    const link = await files.readlink(current).catch(() => undefined);
    if (link === undefined) return path.join(directory, path.basename(current));
    current = path.resolve(directory, link);
  }
  return current;
}

async function statIfThere(target: string, files: Files) {
  return files.stat(target).catch((error: unknown) => {
    if (systemCode(error) !== "ENOENT") throw error;
    return undefined;
  });
}

/**
 * Opens what the text is to be written to, or checks that it can be made. An existing regular file keeps its permissions;
 * only this user can read a new one.
 * @throws what the system throws
 */
export async function openOutput(
  given: string,
  { files, signal }: { readonly files: Files; readonly signal: AbortSignal },
): Promise<OutputFile> {
  // A slash at the end means a directory: the system's error says what is wrong with that.
  const target = given.endsWith("/") ? given : await followLinks(given, files);
  const stat = await statIfThere(target, files);
  if (DESCRIPTOR.test(target) || target.endsWith("/") || (stat && !stat.isFile()))
    return openThrough(target, signal, files);
  return openRegular(target, stat && stat.mode & 0o777, files);
}
