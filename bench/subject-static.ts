import { memoryAtRest, report, serveBare } from "./subject.ts";

// The limit: the same bytes as the exporter's, from memory, by bare node:http.
const source = process.argv[2] ?? "";

async function bytes(encoding: string): Promise<Buffer> {
  const { get } = await import("node:http");
  return new Promise((resolve, reject) => {
    get(source, { headers: { "accept-encoding": encoding } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve(Buffer.concat(chunks));
      });
    }).on("error", reject);
  });
}

const bodies = { gzip: await bytes("gzip"), identity: await bytes("identity") };
const port = await serveBare((request, response) => {
  const isGzip = request.headers["accept-encoding"] === "gzip";
  const body = isGzip ? bodies.gzip : bodies.identity;
  response.setHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  if (isGzip) response.setHeader("Content-Encoding", "gzip");
  response.setHeader("Content-Length", body.length);
  response.end(body);
});
report({ port, ...(await memoryAtRest()) });
