/** The polynomial of CRC-32, its lowest power first. Source: RFC 1952, section 8. */
const POLYNOMIAL = 0xedb88320;

/** x to the power 0 and 1, as the polynomials are written: the highest bit is the lowest power. */
const ONE = 0x80000000;
const X = 0x40000000;

/** The product of two polynomials over GF(2), modulo {@link POLYNOMIAL}. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let [bit, shifted] = [ONE, b]; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) === 0 ? shifted >>> 1 : (shifted >>> 1) ^ POLYNOMIAL;
  }
  return product >>> 0;
}

/** At `n`: x to the power 2^n. The polynomial is irreducible, so the powers repeat after 32. */
function powersOfX(): readonly number[] {
  const powers = [X];
  for (let power = X; powers.length < 32; powers.push(power)) power = multiply(power, power);
  return powers;
}

const POWERS = powersOfX();

/** By what a CRC-32 is multiplied when so many bytes follow. Costs some microseconds, so keep it with the bytes. */
export function shiftOf(bytes: number): number {
  let shift = ONE;
  // A byte is a power of 8, so the first bit of the length stands for x^(2^3).
  for (let [rest, n] = [bytes, 3]; rest > 0; rest = Math.floor(rest / 2), n = (n + 1) % POWERS.length)
    if (rest % 2 === 1) shift = multiply(POWERS[n] ?? ONE, shift);
  return shift;
}

/**
 * The CRC-32 of bytes followed by other bytes, from the CRC-32 of each: the algorithm of zlib's `crc32_combine`.
 * @param shift {@link shiftOf} the length of the bytes that follow
 */
export function combineCrc32(crc: number, following: number, shift: number): number {
  return (multiply(shift, crc) ^ following) >>> 0;
}
