import { writeFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Files } from "../storage/files.ts";

/** So many pieces are written in one go, some milliseconds' worth: signals are heard, and timers run, in between. */
const PIECES_PER_TURN = 16;

/**
 * Writes a file piece by piece. Until it is whole it has another name, so that what stands under its own is always
 * complete; a killed process leaves the other, which the next one overwrites.
 * @param pieces each is written before the next is asked for
 * @returns its length in bytes
 * @throws the signal's reason when it aborts, and what the system throws
 */
export async function writeWhole(
  path: string,
  pieces: Iterable<Uint8Array>,
  files: Files,
  signal: AbortSignal,
): Promise<number> {
  const partial = `${path}.partial`;
  const file = await files.open(partial, "w", 0o644);
  let [bytes, count] = [0, 0];
  try {
    for (const piece of pieces) {
      if (count++ % PIECES_PER_TURN === 0) await nextTurn();
      signal.throwIfAborted();
      // Not by a thread of the pool: over hundreds of gigabytes the handing over costs more than the writing.
      writeFileSync(file.fd, piece);
      bytes += piece.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(partial, path);
  return bytes;
}
