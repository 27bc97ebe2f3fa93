import { gzipSync } from "node:zlib";
import { Gauge, Registry, collectDefaultMetrics } from "prom-client";
import { ROW_METRICS } from "../src/sources/insights/metrics.ts";
import { WINDOWS } from "./sizes.ts";
import { measurePublishing, memoryAtRest, report, serveBare } from "./subject.ts";

// The way most exporters are written: gauges that live as long as the process, set at every poll, rendered and
// compressed at every scrape.
const POLLS = 5;
const api = process.argv[2] ?? "";
const registry = new Registry();
collectDefaultMetrics({ register: registry });
const gauges = ROW_METRICS.map(([field, { name, help, labels }]) => ({
  field,
  gauge: new Gauge({ name, help, labelNames: [...labels], registers: [registry] }),
}));

interface ApiRow extends Record<string, string | number> {
  projectId: string;
  labelerId: string;
}

async function poll(): Promise<void> {
  for (const window of WINDOWS) {
    const response = await fetch(`${api}/bench/stats?window=${window}`);
    const { data } = (await response.json()) as { data: ApiRow[] };
    for (const row of data)
      for (const { field, gauge } of gauges)
        gauge.set({ workspace: "bench", project: row.projectId, labeler: row.labelerId, window }, Number(row[field]));
  }
}

const publishing = await measurePublishing(POLLS, poll);
const port = await serveBare((request, response) => {
  void registry.metrics().then((text) => {
    const isGzip = request.headers["accept-encoding"] === "gzip";
    const body = isGzip ? gzipSync(text) : Buffer.from(text);
    response.setHeader("Content-Type", registry.contentType);
    if (isGzip) response.setHeader("Content-Encoding", "gzip");
    response.setHeader("Content-Length", body.length);
    response.end(body);
  });
});
report({ port, ...publishing, ...(await memoryAtRest()) });
