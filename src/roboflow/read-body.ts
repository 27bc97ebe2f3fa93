import { promisify } from "node:util";
import { type ZlibOptions, brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import { ApiError } from "../errors.ts";
import { plainText } from "../untrusted.ts";
import type { Redactor } from "../redact.ts";
import type { Response } from "./dispatcher.ts";

/** The encodings that {@link readBody} can undo, as a request names them. */
export const ACCEPT_ENCODING = "gzip, deflate, br";

/** More than any server has a reason for; each may multiply the size. */
const MAX_ENCODINGS = 3;

type Decode = (bytes: Buffer, options: ZlibOptions) => Promise<Buffer>;

const undoInflate: Decode = promisify(inflate);
const undoInflateRaw: Decode = promisify(inflateRaw);
const undoGzip: Decode = promisify(gunzip);

const DECODERS: Readonly<Record<string, Decode>> = {
  identity: (bytes) => Promise.resolve(bytes),
  gzip: undoGzip,
  "x-gzip": undoGzip,
  // Some servers leave out the two bytes of zlib's header, of which the low half of the first is always 8.
  deflate: (bytes, options) => (((bytes[0] ?? 8) & 15) === 8 ? undoInflate : undoInflateRaw)(bytes, options),
  br: promisify(brotliDecompress),
};

function tooManyBytes(maxBytes: number): ApiError {
  const message = `the answer is larger than ${maxBytes} bytes; raise api.max_response_bytes`;
  return new ApiError(message, { reason: "too_large" });
}

/** The rest of a body that is too large is not read: leaving the loop destroys it, and the connection with it. */
async function readBytes(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooManyBytes(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decodersOf(header: string, redact: Redactor): Decode[] {
  const names = header
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const known = names.flatMap((name) => (Object.hasOwn(DECODERS, name) ? (DECODERS[name] ?? []) : []));
  if (known.length === names.length && names.length <= MAX_ENCODINGS) return known.toReversed();
  const shown = JSON.stringify(redact(plainText(header)).slice(0, 64));
  const message = `the answer has the content encoding ${shown}, for which the exporter did not ask (${ACCEPT_ENCODING})`;
  throw new ApiError(message, { reason: "invalid_json" });
}

async function decode(bytes: Buffer, undo: Decode, maxBytes: number): Promise<Buffer> {
  try {
    return await undo(bytes, { maxOutputLength: maxBytes, chunkSize: 65_536 });
  } catch (error) {
    const isTooLarge = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    throw isTooLarge ? tooManyBytes(maxBytes) : error;
  }
}

/**
 * Reads a body, decompressed, up to a limit that holds for what is sent and for what it inflates to, so that neither a
 * huge body nor a gzip bomb costs more memory than that.
 * @throws ApiError `too_large`, or `invalid_json` for an encoding that cannot be undone; whatever breaks a transfer
 */
export async function readBody({ header, body }: Response, maxBytes: number, redact: Redactor): Promise<string> {
  const decoders = decodersOf(header("content-encoding") ?? "", redact);
  let bytes = await readBytes(body, maxBytes);
  if (bytes.length > 0) for (const undo of decoders) bytes = await decode(bytes, undo, maxBytes);
  return bytes.toString("utf8");
}

/**
 * @param isDelimited whether the answer says where it ends; one that does not looks whole when its connection breaks
 * @throws ApiError `invalid_json`, or `network` for what was cut
 */
export function parseJson(text: string, isDelimited: boolean): unknown {
  try {
    // Some servers begin with a byte order mark, which JSON does not have.
    return JSON.parse(text.startsWith("\ufeff") ? text.slice(1) : text);
  } catch {
    if (!isDelimited && /^\s*[{[]/.test(text))
      throw new ApiError("the connection was closed in the middle of the answer's JSON", { reason: "network" });
    const what = /^\s*</.test(text) ? "an HTML page" : `${text.length} characters that are not JSON`;
    throw new ApiError(`the API answered 200 with ${what}`, { reason: "invalid_json" });
  }
}

/** What a reader threw at a foreign document: whatever makes it run out of stack or of length is the document's fault. */
export function unreadable(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  return new ApiError("the answer cannot be read: it is nested too deep, or too long", {
    reason: "invalid_schema",
    cause: error,
  });
}
