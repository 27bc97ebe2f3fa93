import type { IncomingMessage } from "node:http";

import type { Behaviour } from "./behaviour.ts";
import type { ApiRequest } from "./routes.ts";

const MAX_BODY_BYTES = 65_536;

function bearerOf(message: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(message.headers.authorization ?? "")?.[1];
}

/** The key out of the places where it may stand. */
const KEYS: Readonly<
  Record<Behaviour["auth"], (query: string | undefined, bearer: string | undefined) => string | undefined>
> = {
  both: (query, bearer) => query ?? bearer,
  "query-only": (query) => query,
  "bearer-only": (_, bearer) => bearer,
};

/** Frees a request from HTTP. A key where none may stand is not seen. */
export function readRequest(message: IncomingMessage, auth: Behaviour["auth"]): ApiRequest {
  // The leading slashes go and one comes back, so that `//host/path` cannot be taken for a host.
  const url = new URL(String(message.url).replace(/^\/*/, "/"), "http://simulator");
  const apiKey = KEYS[auth](url.searchParams.get("api_key") ?? undefined, bearerOf(message));
  return { method: String(message.method), path: url.pathname, query: url.searchParams, apiKey };
}

/** Reads a body to its end; undefined when it is longer than 64 KiB. */
export async function readBody(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  const incoming: AsyncIterable<Buffer> = message;
  for await (const bytes of incoming) {
    size += bytes.length;
    // The rest is read and thrown away: the client is to get its 413, not a broken pipe.
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString("utf8");
}

/** The query without the key, fit to be kept. */
export function withoutKey(query: URLSearchParams): string {
  const kept = new URLSearchParams(query);
  kept.delete("api_key");
  return kept.toString();
}

/** The request as it would be, had the client not asked for one project or labeler. */
export function withoutFilters(request: ApiRequest): ApiRequest {
  const query = new URLSearchParams(request.query);
  query.delete("project");
  query.delete("userId");
  return { ...request, query };
}
