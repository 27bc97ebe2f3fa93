import { crc32, gunzipSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Chunk, combineCrc32, shiftOf, textOf, withChunkMaker } from "../../src/exposition/chunk.ts";
import { joinChunks } from "../../src/exposition/joined-chunks.ts";

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));

test("the CRC-32 of two pieces is that of their bytes, wherever they are split", () => {
  fc.assert(
    fc.property(bytes, bytes, (first, second) => {
      const combined = combineCrc32(crc32(first), crc32(second), shiftOf(second.length));
      expect(combined).toBe(crc32(Buffer.concat([first, second])));
    }),
  );
});

test("the CRC-32 of long pieces is that of their bytes, for lengths of every number of bits", () => {
  const first = Buffer.from("the first piece");
  for (let bits = 0; bits <= 24; bits += 1) {
    const second = Buffer.alloc(2 ** bits + bits, bits);
    const combined = combineCrc32(crc32(first), crc32(second), shiftOf(second.length));
    expect(combined).toBe(crc32(second, crc32(first)));
  }
});

const chunksOf = (texts: readonly string[]) =>
  withChunkMaker(async (maker) => {
    const chunks: Chunk[] = [];
    for (const text of texts) chunks.push(await maker.make(Buffer.from(text)));
    return chunks;
  });

/** One gzip member of chunks: header, blocks, an empty final block, CRC-32 and length. Source: RFC 1952. */
function member({ deflated, crc, length }: Chunk): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(length, 4);
  return Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]),
    ...deflated,
    Buffer.from([3, 0]),
    trailer,
  ]);
}

test("chunks in any order are one valid gzip member", async () => {
  const lines = fc.array(
    fc.oneof(
      fc.string({ maxLength: 2_000 }),
      fc.constant("x".repeat(70_000)),
      fc.base64String({ minLength: 100_000, maxLength: 140_000 }),
    ),
    { minLength: 1, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), async (texts, ranks) => {
      const chunks = await chunksOf(texts);
      const order = chunks.map((chunk, at) => ({ chunk, rank: ranks[at] ?? 0 })).toSorted((a, b) => a.rank - b.rank);
      const joined = joinChunks(order.map(({ chunk }) => chunk));
      expect(gunzipSync(member(joined)).equals(Buffer.concat(joined.identity ?? []))).toBe(true);
      expect(textOf(joined)).toBe(textOf({ deflated: joined.deflated, identity: undefined }));
    }),
    { numRuns: 40 },
  );
});

test("plain bytes of more than a megabyte are not kept, neither alone nor joined with others", async () => {
  const [small, large] = ["first 1\n", "roboflow_images_labeled 1\n".repeat(50_000)];
  const chunks = await chunksOf([small, large, small]);
  const joined = joinChunks(chunks);
  expect(chunks.map(({ identity }) => identity?.length)).toEqual([1, undefined, 1]);
  expect(joined.identity).toBeUndefined();
  expect(joined.length).toBe(2 * small.length + large.length);
  expect(textOf(joined) === small + large + small).toBe(true);
  expect(gunzipSync(member(joined)).equals(Buffer.from(small + large + small))).toBe(true);
});

test("a chunk is decompressed without those before it", async () => {
  const text = "roboflow_images_labeled 1\n".repeat(100);
  const [, second] = await chunksOf([text, text]);
  const deflated = second?.deflated ?? [];
  expect(inflateRawSync(Buffer.concat([...deflated, Buffer.from([3, 0])])).toString()).toBe(text);
});

test("no chunks are no bytes", () => {
  const { length, crc, identity, deflated } = joinChunks([]);
  expect({ length, crc, identity, deflated }).toEqual({ length: 0, crc: 0, identity: [], deflated: [] });
});
