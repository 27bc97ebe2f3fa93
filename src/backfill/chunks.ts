/** Lines that begin alike. */
export interface Lines {
  readonly beginning: string;
  /** What each ends with, in UTF-8, line break included. All are equally long. */
  readonly ends: readonly Uint8Array[];
}

/** Large enough that a write costs little beside what it copies, small enough to stay in the processor's cache. */
const CHUNK_BYTES = 1 << 17;
/** A UTF-16 unit takes at most as many bytes as UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/** Repeats the first `length` bytes of a buffer until there are `count` times as many: by doubling, so that few copies are made. */
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
function* fitting({ beginning, ends }: Lines): Generator<Lines & { readonly most: number }, void> {
  const most = beginning.length * MAX_BYTES_PER_UNIT + (ends[0]?.length ?? 0);
  const count = Math.max(1, Math.floor(CHUNK_BYTES / most));
  for (let at = 0; at < ends.length; at += count) {
    const part = ends.length <= count ? ends : ends.slice(at, at + count);
    yield { beginning, ends: part, most: most * part.length };
  }
}

/**
 * Puts lines together to pieces of UTF-8. Pieces are views of one buffer, written anew for the next piece: use each
 * before asking for another.
 */
export function* inChunks(all: Iterable<Lines>): Generator<Uint8Array, void> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let length = 0;
  for (const one of all) {
    for (const lines of fitting(one)) {
      if (length + lines.most > CHUNK_BYTES) {
        yield buffer.subarray(0, length);
        length = 0;
      }
      if (lines.most > CHUNK_BYTES) yield Buffer.concat([Buffer.from(lines.beginning), ...lines.ends]);
      else length += writeLines(buffer.subarray(length), lines);
    }
  }
  yield buffer.subarray(0, length);
}
