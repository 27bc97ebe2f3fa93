/**
 * Mixes two 32-bit numbers into one that looks random (the finisher of MurmurHash3); the same in, the same out.
 * The result is signed: unsigned ones leave V8's fast integers, and this runs once for each image of each answer.
 */
export function mix(seed: number, value: number): number {
  let hash = (Math.imul(seed, 0x9e3779b1) ^ Math.imul((value + 0x7f4a7c15) | 0, 0x85ebca6b)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Mixes a seed with several numbers into a number that is not negative; their order matters. */
export function seedOf(seed: number, ...values: readonly number[]): number {
  return values.reduce(mix, seed) >>> 0;
}

/** A stream of numbers from 0 (included) to 1 (excluded), determined by its seed (mulberry32). */
export type Random = () => number;

/** Starts a stream of random numbers. */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let out = Math.imul(state ^ (state >>> 15), 1 | state);
    out = (out + Math.imul(out ^ (out >>> 7), 61 | out)) ^ out;
    return ((out ^ (out >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A random number between two others. */
export function between(random: Random, [low, high]: readonly [number, number]): number {
  return low + random() * (high - low);
}

/** A random integer between two others, both included. */
export function integerBetween(random: Random, [low, high]: readonly [number, number]): number {
  return Math.floor(between(random, [low, high + 1]));
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** An id that looks as opaque as the API's own. */
export function opaqueId(seed: number, length: number): string {
  const random = randomFrom(seed);
  return Array.from({ length }, () => ALPHABET.charAt(Math.floor(random() * ALPHABET.length))).join("");
}
