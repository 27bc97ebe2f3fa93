// node preview.mjs --prometheus URL --out DIR [--var labeler="Robin Fading"]… [--from 900] [--only roboflow-overview]
// Draws every dashboard of grafana/dashboards from a running Prometheus, one PNG for each theme.
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.mjs";
import { screenshot } from "./chromium.mjs";
import { resolveVariables, runQueries } from "./queries.mjs";

const DASHBOARDS = fileURLToPath(new URL("../dashboards", import.meta.url));
const WIDTH = 1600;
const UNITS = { m: 60, h: 3600, d: 86_400 };

function secondsOf(relative) {
  const [, count, unit] = /^now-(\d+)([mhd])$/.exec(relative);
  return Number(count) * UNITS[unit];
}

function pageOf(data) {
  // The data stands in a script element, which a "</script" in a name must not end.
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="app.css"><div id="root"></div><script>window.PREVIEW=${json}</script><script src="app.js"></script>`;
}

async function serve(directory, pages) {
  const server = createServer((request, response) => {
    const name = (request.url ?? "/").slice(1);
    const page = pages.get(name);
    if (page !== undefined) return response.setHeader("content-type", "text/html; charset=utf-8").end(page);
    response.setHeader("content-type", name.endsWith(".js") ? "text/javascript" : "text/css");
    readFile(join(directory, name)).then(
      (body) => response.end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

function heightOf(dashboard) {
  return 52 + Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h)) * 38;
}

/**
 * @param {{ prometheus: string, out: string, wanted: Record<string, string>, spans: Record<string, number>, only?: string, themes?: string[] }} options
 * `wanted` is the text to choose for a variable, `spans` the seconds to show of a dashboard instead of its own range.
 */
export async function preview({ prometheus, out, wanted = {}, spans = {}, only, themes = ["dark", "light"] }) {
  const directory = await mkdtemp(join(tmpdir(), "preview-"));
  const pages = new Map();
  await bundle(directory);
  await mkdir(out, { recursive: true });
  const server = await serve(directory, pages);
  const files = (await readdir(DASHBOARDS)).filter(
    (file) => file.endsWith(".json") && (!only || file.startsWith(only)),
  );
  for (const file of files) {
    const dashboard = JSON.parse(await readFile(join(DASHBOARDS, file), "utf8"));
    const to = Math.floor(Date.now() / 1000);
    const range = { from: to - (spans[dashboard.uid] ?? secondsOf(dashboard.time.from)), to };
    const { values, shown } = await resolveVariables(prometheus, dashboard, wanted, to);
    const results = await runQueries(prometheus, dashboard, values, range);
    for (const theme of themes) {
      const name = `${dashboard.uid}-${theme}`;
      pages.set(name, pageOf({ dashboard, results, range, variables: shown, theme }));
      const png = join(out, `${name}.png`);
      for (const line of await screenshot(`${server.url}/${name}`, png, WIDTH, heightOf(dashboard)))
        console.error(line.slice(0, 400));
      console.log(png);
    }
  }
  server.close();
  await rm(directory, { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      prometheus: { type: "string", default: "http://127.0.0.1:9090" },
      out: { type: "string", default: "out" },
      var: { type: "string", multiple: true, default: [] },
      from: { type: "string" },
      only: { type: "string" },
    },
  });
  const wanted = Object.fromEntries(values.var.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  const spans = values.from && values.only ? { [values.only]: Number(values.from) } : {};
  await preview({ ...values, wanted, spans });
}
