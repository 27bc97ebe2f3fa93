import { integerBetween, randomFrom } from "../../../src/simulator/random.ts";

/** Pieces of which the headers are put together. */
const PIECES = [
  ...["text/plain", "application/openmetrics-text", "*/*", "text/*", "*", "gzip", "identity", "br", "application/vnd"],
  ...[";", ",", "=", "q=", "0.5", "1", "0", "-1", "banana", "version=", "1.0.0", "0.0.4", "escaping=", "charset=utf-8"],
  ...[" ", "  ", '"', "\\", '"quoted, text"', "\t", "é", "%00", ";;;;;;;;", ",,,,,,,,", "q=1;q=0", "/", "//"],
];

/** The lengths of the headers, in bytes: the last two are more than is read. */
const LENGTHS = [0, 10, 100, 1_000, 5_000, 7_000, 20_000, 50_000];

function fuzz(random: () => number, length: number): string {
  let text = "";
  while (text.length < length) text += PIECES[integerBetween(random, [0, PIECES.length - 1])] ?? "";
  return text.slice(0, length);
}

/** Headers of content negotiation from a random number generator with this seed. */
export function acceptFuzz(seed: number): Record<string, string> {
  const random = randomFrom(seed);
  const length = LENGTHS[seed % LENGTHS.length] ?? 0;
  return { Accept: fuzz(random, length), "Accept-Encoding": fuzz(random, length) };
}
