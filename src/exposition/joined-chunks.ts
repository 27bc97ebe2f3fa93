import { type Chunk, combineCrc32, shiftOf } from "./chunk.ts";

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

/** The plain bytes of all; undefined where one of them has not kept its own. */
function listIdentity(chunks: readonly Chunk[]): readonly Buffer[] | undefined {
  const lists = chunks.flatMap(({ identity }) => (identity ? [identity] : []));
  return lists.length === chunks.length ? lists.flat() : undefined;
}

/**
 * Chunks put together, as one. The bytes are not copied, and all is found out when it is asked for: with hundreds of workspaces
 * polls are more frequent than scrapes. Do not spread it.
 */
class JoinedChunks implements Chunk {
  readonly #chunks: readonly Chunk[];
  #identity: { readonly list: readonly Buffer[] | undefined } | undefined;
  #deflated: readonly Buffer[] | undefined;
  #crc: number | undefined;
  #shift: number | undefined;
  readonly length: number;

  constructor(chunks: readonly Chunk[]) {
    this.#chunks = chunks;
    this.length = chunks.reduce((sum, { length }) => sum + length, 0);
  }

  get identity(): readonly Buffer[] | undefined {
    return (this.#identity ??= { list: listIdentity(this.#chunks) }).list;
  }

  get deflated(): readonly Buffer[] {
    return (this.#deflated ??= coalesce(this.#chunks.flatMap(({ deflated }) => deflated)));
  }

  get crc(): number {
    return (this.#crc ??= this.#chunks.reduce((sum, { crc, shift }) => combineCrc32(sum, crc, shift), 0));
  }

  get shift(): number {
    return (this.#shift ??= shiftOf(this.length));
  }
}

/** Puts chunks together. */
export function joinChunks(chunks: readonly Chunk[]): Chunk {
  return new JoinedChunks(chunks);
}
