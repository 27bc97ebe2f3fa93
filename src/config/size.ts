import { bad, good, type Reader } from "./reading.ts";

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/**
 * Reads a size with its unit: `10MB`, `32MiB`.
 * @returns bytes; undefined when the text is no size.
 */
export function parseSize(text: string): number | undefined {
  const [, amount = "", unit = ""] = /^(\d+)([A-Za-z]+)$/.exec(text) ?? [];
  const sizeBytes = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  return sizeBytes && Number(amount) * sizeBytes;
}

/** Reads a size from `min` to `max`, given as an integer of bytes or as text with a unit. */
export function sizeBetween(min: string, max: string): Reader<number> {
  const [minBytes = 0, maxBytes = 0] = [parseSize(min), parseSize(max)];
  return (written) => {
    const sizeBytes = typeof written === "string" ? parseSize(written) : written;
    if (typeof sizeBytes !== "number" || !Number.isSafeInteger(sizeBytes)) {
      return bad('is not a size; write bytes as an integer, or text like "32MiB" or "10MB"');
    }
    if (sizeBytes < minBytes || sizeBytes > maxBytes) return bad(`is out of range; use ${min} to ${max}`);
    return good(sizeBytes);
  };
}
