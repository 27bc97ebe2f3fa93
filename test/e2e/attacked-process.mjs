// The built server in a process of its own, with a large body and with limits that are over soon. Serves until it is killed.
import { once } from "node:events";
import { systemClock } from "../../dist/clock.js";
import { withChunkMaker } from "../../dist/exposition/chunk.js";
import { joinChunks } from "../../dist/exposition/joined-chunks.js";
import { createApp } from "../../dist/http/app.js";
import { SERVER_LIMITS, listen } from "../../dist/http/server.js";
import { createSelfMetrics } from "../../dist/self/recorder.js";

const [bytes, limits] = JSON.parse(process.argv[2]);
const line = 'roboflow_images_labeled{workspace="acme",project="p1",labeler="l1",window="7d"} 11\n';
const text = Buffer.from(line.repeat(Math.ceil(bytes / line.length)));
const chunk = joinChunks([await withChunkMaker((maker) => maker.make(text))]);
const snapshot = Object.assign(chunk, { composedAt: systemClock.moment(), freshForMs: undefined, days: "" });
const store = {
  places: [],
  current: () => Promise.resolve(snapshot),
  states: () => [],
  isEverySourcePolled: () => true,
};
const app = createApp(
  { telemetryPath: "/metrics", maxRequests: 40 },
  {
    store,
    selfMetrics: createSelfMetrics({ version: "abuse", revision: "abuse", nodeVersion: process.version }),
    clock: systemClock,
    logger: console,
  },
);
const { url } = await listen(app, { host: "127.0.0.1", port: 0 }, { limits: { ...SERVER_LIMITS, ...limits } });
process.send({ port: Number(new URL(url).port) });
// The parent is gone.
await once(process, "disconnect");
process.exit(0);
