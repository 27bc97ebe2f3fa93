import { ApiError } from "../errors.ts";

/**
 * Reads a body, decompressed, up to a limit; the rest is never read, so neither a huge body nor a gzip bomb costs more
 * memory than the limit.
 * @throws ApiError `too_large`
 */
export async function readBody(body: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes)
      throw new ApiError(`the answer is larger than ${maxBytes} bytes; raise api.max_response_bytes`, {
        reason: "too_large",
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** @throws ApiError `invalid_json` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const what = /^\s*</.test(text) ? "an HTML page" : `${text.length} characters that are no JSON`;
    throw new ApiError(`the API answered 200 with ${what}`, { reason: "invalid_json" });
  }
}
