import { writeFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Files } from "../storage/files.ts";

/** So many pieces are written in one go, some milliseconds' worth: signals are heard, and timers run, in between. */
const PIECES_PER_TURN = 16;

export interface WriteDeps {
  readonly files: Files;
  readonly signal: AbortSignal;
  /** Told now and then how many bytes are written. */
  readonly onWritten: (bytes: number) => void;
}

async function writePieces(
  path: string,
  pieces: Iterable<Uint8Array>,
  { files, signal, onWritten }: WriteDeps,
): Promise<number> {
  const file = await files.open(path, "w", 0o644);
  let [bytes, count] = [0, 0];
  try {
    for (const piece of pieces) {
      if (count++ % PIECES_PER_TURN === 0) {
        onWritten(bytes);
        await nextTurn();
      }
      signal.throwIfAborted();
      // Not by a thread of the pool: over hundreds of gigabytes the handing over costs more than the writing.
      writeFileSync(file.fd, piece);
      bytes += piece.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return bytes;
}

/**
 * Writes a file piece by piece. Until it is whole it has another name, so that what stands under its own is always
 * complete. What is not completed is removed: it can be large, and the disk full. A killed process leaves it to the next
 * one, which overwrites it.
 * @param pieces each is written before the next is asked for
 * @returns its length in bytes
 * @throws the signal's reason when it aborts, and what the system throws
 */
export async function writeWhole(path: string, pieces: Iterable<Uint8Array>, deps: WriteDeps): Promise<number> {
  const { files } = deps;
  const partial = `${path}.partial`;
  try {
    const bytes = await writePieces(partial, pieces, deps);
    await files.rename(partial, path);
    return bytes;
  } catch (error) {
    await files.rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
}
