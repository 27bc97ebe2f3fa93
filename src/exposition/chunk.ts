import { type DeflateRaw, constants, crc32, createDeflateRaw } from "node:zlib";
import { combineCrc32, shiftOf } from "./crc32.ts";

/** A little more than half of the time of zlib's default level, for 3 % more bytes (100,000 sample lines). */
const DEFLATE_LEVEL = 3;

/**
 * A piece of a response, rendered and compressed once. Chunks can be put in any order: each is compressed without
 * looking back at another.
 */
export interface Chunk {
  readonly identity: readonly Buffer[];
  /** Of `identity`, in bytes. */
  readonly length: number;
  /** The same bytes as deflate blocks, none of them final and the last one byte-aligned: more blocks may follow. */
  readonly deflated: readonly Buffer[];
  /** CRC-32 of `identity`. */
  readonly crc: number;
  /** What `combineCrc32` needs to append `identity`. */
  readonly shift: number;
}

/** Each buffer of a response costs about as much time as copying so many bytes. */
const SMALL_BYTES = 8_192;
/** Size of the buffers that small ones are copied into. */
const JOINED_BYTES = 65_536;

/** The same bytes in fewer buffers. Buffers that are large already are not copied. */
function coalesce(buffers: readonly Buffer[]): readonly Buffer[] {
  const joined: Buffer[] = [];
  let small: Buffer[] = [];
  let bytes = 0;
  const copySmall = () => {
    if (bytes > 0) joined.push(small.length === 1 && small[0] ? small[0] : Buffer.concat(small, bytes));
    [small, bytes] = [[], 0];
  };
  for (const buffer of buffers) {
    const isSmall = buffer.length < SMALL_BYTES;
    if (!isSmall || bytes + buffer.length > JOINED_BYTES) copySmall();
    if (!isSmall) joined.push(buffer);
    else {
      small.push(buffer);
      bytes += buffer.length;
    }
  }
  copySmall();
  return joined;
}

/** Puts chunks together. The plain bytes are not copied. Do not spread the result: `identity` is a list only when it is read. */
export function joinChunks(chunks: readonly Chunk[]): Chunk {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return {
    // Listed when asked for: most scrapes want the compressed bytes, and a list of thousands costs each poll.
    get identity() {
      return chunks.flatMap(({ identity }) => identity);
    },
    length,
    deflated: coalesce(chunks.flatMap(({ deflated }) => deflated)),
    crc: chunks.reduce((sum, { crc, shift }) => combineCrc32(sum, crc, shift), 0),
    shift: shiftOf(length),
  };
}

function done(act: (callback: (error?: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Makes chunks, one after the other: call it again when the one before is made. */
export interface ChunkMaker {
  readonly make: (identity: Buffer) => Promise<Chunk>;
}

/** Nothing. A compressor would never answer the writing of no bytes. */
const EMPTY: Chunk = { identity: [], length: 0, deflated: [], crc: 0, shift: shiftOf(0) };

function createChunkMaker(stream: DeflateRaw): ChunkMaker {
  let parts: Buffer[] = [];
  stream.on("data", (part: Buffer) => parts.push(part));
  const deflate = async (identity: Buffer): Promise<Buffer> => {
    parts = [];
    await done((callback) => stream.write(identity, callback));
    await done((callback) => {
      stream.flush(constants.Z_FULL_FLUSH, callback);
    });
    return Buffer.concat(parts);
  };
  return {
    make: async (identity) =>
      identity.length === 0
        ? EMPTY
        : {
            identity: [identity],
            length: identity.length,
            deflated: [await deflate(identity)],
            crc: crc32(identity),
            shift: shiftOf(identity.length),
          },
  };
}

/**
 * Hands a {@link ChunkMaker} to the work and takes its memory back. It compresses off the event loop. One compressor makes
 * all chunks of a poll: it holds a quarter of a megabyte, and creating it costs more than compressing most chunks.
 */
export async function withChunkMaker<T>(work: (maker: ChunkMaker) => Promise<T>): Promise<T> {
  const stream = createDeflateRaw({ level: DEFLATE_LEVEL, chunkSize: JOINED_BYTES });
  try {
    return await work(createChunkMaker(stream));
  } finally {
    stream.destroy();
  }
}
