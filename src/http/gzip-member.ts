import { crc32, deflateRawSync } from "node:zlib";
import type { Snapshot } from "../exposition/snapshot.ts";

/** Magic, deflate, no flags, no time, unknown system. Source: RFC 1952, section 2.3 */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** The part of a response that is made per scrape, plain and as final deflate blocks. */
export interface Tail {
  readonly identity: Buffer;
  readonly deflated: Buffer;
}

/** Compresses the small part. Fast rather than small: it is a few kilobytes. */
export function createTail(text: string): Tail {
  const identity = Buffer.from(text);
  return { identity, deflated: deflateRawSync(identity, { level: 1 }) };
}

/**
 * One valid gzip member of a body that was compressed once and a tail compressed now. Two members would be as valid,
 * but `curl --compressed` reads only the first.
 */
export function gzipMember(body: Snapshot, tail: Tail): Buffer[] {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(tail.identity, body.crc), 0);
  trailer.writeUInt32LE((body.length + tail.identity.length) % 2 ** 32, 4);
  return [HEADER, ...body.deflated, tail.deflated, trailer];
}
