import { type DeflateRaw, constants, crc32, createDeflateRaw, deflateRawSync, inflateRawSync } from "node:zlib";

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

/** A little more than half of the time of zlib's default level, for 3 % more bytes (100,000 sample lines). */
const DEFLATE_LEVEL = 3;

/**
 * A piece of a response, rendered and compressed once. Chunks can be put in any order: each is compressed without
 * looking back at another.
 */
export interface Chunk {
  /** The plain bytes; undefined where they are too many to be kept: they take twenty times the memory of the compressed ones. */
  readonly identity: readonly Buffer[] | undefined;
  /** How many plain bytes there are. */
  readonly length: number;
  /** The same bytes as deflate blocks, none of them final and the last one byte-aligned: more blocks may follow. */
  readonly deflated: readonly Buffer[];
  /** CRC-32 of the plain bytes. */
  readonly crc: number;
  /** What `combineCrc32` needs to append the plain bytes. */
  readonly shift: number;
}

/**
 * Up to this size a chunk keeps its plain bytes, which then cost a scrape without compression nothing. A metric and window
 * of 7,000 series has about as many.
 */
const KEPT_BYTES = 2 ** 20;

/** The text of a chunk, for a program's own use. What is sent to clients is inflated as they read it. */
export function textOf({ identity, deflated }: Pick<Chunk, "identity" | "deflated">): string {
  const plain = identity
    ? Buffer.concat(identity)
    : inflateRawSync(Buffer.concat(deflated), { finishFlush: constants.Z_SYNC_FLUSH });
  return plain.toString();
}

function done(act: (callback: (error?: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Makes chunks, one after the other: call it again when the one before is made. The bytes are the caller's own afterwards. */
export interface ChunkMaker {
  readonly make: (plain: Buffer) => Promise<Chunk>;
}

/** Nothing. A compressor would never answer the writing of no bytes. */
const EMPTY: Chunk = { identity: [], length: 0, deflated: [], crc: 0, shift: shiftOf(0) };

/** In memory of its own: a buffer of Node's pool would keep all of the pool. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** Of the buffers that compressed bytes come in. */
const OUTPUT_BYTES = 65_536;

/** A compressor and what it has put out. */
interface Compressor {
  readonly stream: DeflateRaw;
  parts: Buffer[];
}

function createCompressor(): Compressor {
  const stream = createDeflateRaw({ level: DEFLATE_LEVEL, chunkSize: OUTPUT_BYTES });
  const compressor: Compressor = { stream, parts: [] };
  stream.on("data", (part: Buffer) => compressor.parts.push(part));
  // A failure also reaches the callback of the write. Without a listener this event would end the process.
  stream.on("error", () => undefined);
  return compressor;
}

function chunkOf(plain: Buffer, deflated: Buffer): Chunk {
  return {
    deflated: [deflated],
    identity: plain.length > KEPT_BYTES ? undefined : [copyOf(plain)],
    length: plain.length,
    crc: crc32(plain),
    shift: shiftOf(plain.length),
  };
}

function createChunkMaker(compressorOf: () => Compressor): ChunkMaker {
  const deflate = async (plain: Buffer): Promise<Buffer> => {
    const compressor = compressorOf();
    const { stream } = compressor;
    compressor.parts = [];
    await done((callback) => stream.write(plain, callback));
    await done((callback) => {
      stream.flush(constants.Z_FULL_FLUSH, callback);
    });
    return Buffer.concat(compressor.parts);
  };
  return {
    make: async (plain) => (plain.length === 0 ? EMPTY : chunkOf(plain, await deflate(plain))),
  };
}

/** Makes a small chunk at once, on the event loop: to wait for a compressor's turns would take longer. */
export function makeSmallChunk(plain: Buffer): Chunk {
  if (plain.length === 0) return EMPTY;
  return chunkOf(plain, deflateRawSync(plain, { level: DEFLATE_LEVEL, finishFlush: constants.Z_FULL_FLUSH }));
}

/**
 * Hands a {@link ChunkMaker} to the work and takes its memory back. It compresses off the event loop. One compressor makes
 * all chunks of a poll, if there are any to make: it holds a quarter of a megabyte, and creating it costs more than compressing
 * most chunks. It is not used again for another poll: what zlib has in memory from before can change the bytes.
 */
export async function withChunkMaker<T>(work: (maker: ChunkMaker) => Promise<T>): Promise<T> {
  let compressor: Compressor | undefined;
  try {
    return await work(createChunkMaker(() => (compressor ??= createCompressor())));
  } finally {
    compressor?.stream.destroy();
  }
}
