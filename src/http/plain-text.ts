import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

/** Responds with a line of text, with the headers of the pages. For requests that Express does not see. */
export function respondInText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const body = `${text}\n`;
  response.writeHead(status, {
    "X-Content-Type-Options": "nosniff",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
