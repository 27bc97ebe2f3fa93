/** Lines with the same beginning. */
export interface Lines {
  readonly beginning: string;
  /** The end of each, in UTF-8, with the line break. All are equally long. */
  readonly ends: readonly Uint8Array[];
}

/** Large enough that a write costs little compared with the bytes it copies, small enough for the processor's cache. */
const CHUNK_BYTES = 1 << 17;
/** A UTF-16 unit takes at most as many bytes as UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/** Repeats the first `length` bytes of a buffer until there are `count` of them: by doubling, which takes few copies. */
function repeat(buffer: Buffer, length: number, count: number): void {
  for (let have = 1; have < count; have *= 2)
    buffer.copyWithin(have * length, 0, Math.min(have, count - have) * length);
}

/** Writes lines into a buffer that has room for them. Returns their length in bytes. */
function writeLines(buffer: Buffer, { beginning, ends }: Lines): number {
  const [first = new Uint8Array()] = ends;
  const endAt = buffer.write(beginning);
  const length = endAt + first.length;
  repeat(buffer, length, ends.length);
  for (const [line, end] of ends.entries()) buffer.set(end, line * length + endAt);
  return length * ends.length;
}

/** Splits lines that are too many for one buffer. */
function* fitting({ beginning, ends }: Lines): Generator<Lines & { readonly maxBytes: number }, void> {
  const maxBytes = beginning.length * MAX_BYTES_PER_UNIT + (ends[0]?.length ?? 0);
  const count = Math.max(1, Math.floor(CHUNK_BYTES / maxBytes));
  for (let at = 0; at < ends.length; at += count) {
    const part = ends.length <= count ? ends : ends.slice(at, at + count);
    yield { beginning, ends: part, maxBytes: maxBytes * part.length };
  }
}

/**
 * Joins lines into pieces of UTF-8. Pieces are views of one buffer, which is used again for the next piece: use each
 * before asking for another.
 */
export function* inChunks(all: Iterable<Lines>): Generator<Uint8Array, void> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let length = 0;
  for (const one of all) {
    for (const lines of fitting(one)) {
      if (length + lines.maxBytes > CHUNK_BYTES) {
        yield buffer.subarray(0, length);
        length = 0;
      }
      if (lines.maxBytes > CHUNK_BYTES) yield Buffer.concat([Buffer.from(lines.beginning), ...lines.ends]);
      else length += writeLines(buffer.subarray(length), lines);
    }
  }
  yield buffer.subarray(0, length);
}
