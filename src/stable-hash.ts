import { createHash } from "node:crypto";

/** Bytes that a number holds exactly. */
const BYTES = 6;

/** A number from 0 up to but not including 1: always the same for a text, evenly spread for different ones. */
export function stableFraction(text: string): number {
  return createHash("sha256").update(text).digest().readUIntBE(0, BYTES) / 2 ** (8 * BYTES);
}
