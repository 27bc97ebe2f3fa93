import type { Files } from "../storage/files.ts";

/**
 * Writes a file piece by piece. Until it is whole it has another name, so that what stands under its own is always
 * complete; a killed process leaves the other, which the next one overwrites.
 * @returns its length in bytes
 * @throws the signal's reason when it aborts, and what the system throws
 */
export async function writeWhole(
  path: string,
  pieces: Iterable<string>,
  files: Files,
  signal: AbortSignal,
): Promise<number> {
  const partial = `${path}.partial`;
  const file = await files.open(partial, "w", 0o644);
  let bytes = 0;
  try {
    for (const piece of pieces) {
      signal.throwIfAborted();
      await file.writeFile(piece);
      bytes += Buffer.byteLength(piece);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(partial, path);
  return bytes;
}
