import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { parse, stringify } from "yaml";
import { systemClock } from "../../src/clock.ts";
import { type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { eventually } from "../support/eventually.ts";
import { freeAddress } from "../support/free-port.ts";
import { type RunningProgram, runProgram, startProgram } from "../support/program.ts";
import { needs } from "../support/programs.ts";
import { startPrometheus } from "../support/prometheus.ts";

const PATHS = ["/", "/polls", "/config", "/runbooks", "/runbooks/RoboflowDataStale", "/metrics-docs"];
const SCHEMES = ["light", "dark"] as const;
const WIDTHS = [1200, 360];

const folder = mkdtempSync(join(tmpdir(), "roboflow-pages-"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let simulator: Simulator;
let exporter: RunningProgram;
let url: string;
let names: readonly string[];

/** Two workspaces of the simulator, of which the second has a key that is rejected. */
beforeAll(async () => {
  simulator = await startSimulator({ port: 0, seed: 1, now: systemClock.now });
  names = simulator.workspaces.map(({ name }) => name);
  const workspaces = simulator.workspaces.map(({ name, apiKey }, index) => ({
    ...{ name, api_key: index === 0 ? apiKey : "rejected-key-0123456789" },
    ...(index === 0 ? { legacy: true } : {}),
  }));
  const file = join(folder, "exporter.yml");
  writeFileSync(file, JSON.stringify({ api: { url: simulator.url }, poll: { interval: "5s" }, workspaces }));
  exporter = startProgram([`--config.file=${file}`, "--web.listen-address=127.0.0.1:0"]);
  [, url = ""] = await exporter.waitFor(/"addresses":\["([^"]+)"/);
  await exporter.waitFor(/"msg":"poll succeeded"/);
  await exporter.waitFor(/"msg":"poll failed"/);
});

afterAll(async () => {
  await exporter[Symbol.asyncDispose]();
  await simulator.close();
  rmSync(folder, { recursive: true });
});

async function browse(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  onTestFinished(() => browser.close());
  return browser;
}

async function open(browser: Browser, path: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) complaints.push(request.url());
  });
  await page.goto(url + path);
  return { context, page, complaints };
}

async function openAllDetails(page: Page): Promise<void> {
  for (const summary of await page.locator("summary").all()) await summary.click();
}

test("axe finds nothing on any page, in the light, in the dark and on a phone", async (context) => {
  await needs("chromium", context);
  const browser = await browse();
  const violations: string[] = [];
  for (const path of PATHS)
    for (const colorScheme of SCHEMES)
      for (const width of WIDTHS) {
        // Axe is a script, which the pages' own policy forbids.
        const view = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true };
        const { context: tab, page } = await open(browser, path, view);
        await openAllDetails(page);
        await page.evaluate(axe);
        const { violations: found, passes } = await page.evaluate<AxeResults>("axe.run()");
        expect(passes.length).toBeGreaterThan(10);
        violations.push(
          ...found.map(({ id, nodes }) => `${path} ${colorScheme} ${width}: ${id} ${nodes[0]?.html ?? ""}`),
        );
        const beyond = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
        if (beyond > 0) violations.push(`${path} ${width}: wider than the window by ${beyond}`);
        await tab.close();
      }
  expect(violations).toEqual([]);
});

test("the pages load nothing from elsewhere and break none of their own rules", async (context) => {
  await needs("chromium", context);
  const browser = await browse();
  for (const path of PATHS) {
    const { context: tab, page, complaints } = await open(browser, path);
    // The style sheet is in use: it hides this link.
    expect((await page.locator(".skip").boundingBox())?.x).toBeLessThan(0);
    expect(complaints).toEqual([]);
    await tab.close();
  }
});

test("everything can be reached and opened with the keyboard", async (context) => {
  await needs("chromium", context);
  const { page } = await open(await browse(), "/polls");
  await page.keyboard.press("Tab");
  expect(await page.locator(":focus").textContent()).toBe("Skip to the content");
  expect(await page.locator(":focus").boundingBox()).toMatchObject({ x: 16 });
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await page.locator("summary:focus").count()).toBe(1);
  expect(await page.locator("details[open]").count()).toBe(0);
  await page.keyboard.press("Enter");
  expect(await page.locator("details[open]").count()).toBe(1);
  await page.keyboard.press("Shift+Tab");
  expect(await page.locator(":focus").textContent()).toBe("Runbooks");
});

test("the landing page says in words what is good and what is not", async (context) => {
  await needs("chromium", context);
  const { page } = await open(await browse(), "/");
  expect(await page.locator(".card.good .state").first().textContent()).toBe("up to date");
  const failing = await page.locator(".card.bad").first().innerText();
  expect(failing).toMatch(/failing since .* ago; no data is shown/);
  expect(failing).toContain("What to do: Use a private key of this workspace");
  expect(await page.locator("time").first().getAttribute("title")).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
});

test("the links in alerts work", async () => {
  const { stdout } = await runProgram(["rules", `--runbook-base-url=${url}/runbooks/`]);
  const links = new Set([...stdout.matchAll(/runbook_url: (\S+)/g)].map(([, link = ""]) => link));
  expect(links.size).toBeGreaterThan(20);
  for (const link of links) {
    const response = await fetch(link);
    expect([link, response.status, response.headers.get("content-type")]).toEqual([
      ...[link, 200, "text/html; charset=utf-8"],
    ]);
  }
});

interface ScrapeConfig {
  readonly http_sd_configs?: { url: string }[];
  readonly static_configs?: { targets: string[] }[];
  scrape_interval: string;
}

test("Prometheus discovers a target for each workspace, as documented", async () => {
  const [, example = ""] = /```yaml\n([^]*?)```/.exec(readFileSync("docs/pages.md", "utf8")) ?? [];
  const file = parse(example) as { scrape_configs: ScrapeConfig[] };
  for (const job of file.scrape_configs) {
    job.scrape_interval = "1s";
    for (const one of job.http_sd_configs ?? []) one.url = `${url}/sd`;
    for (const one of job.static_configs ?? []) one.targets = [new URL(url).host];
  }
  const directory = mkdtempSync(join(folder, "prometheus-"));
  writeFileSync(join(directory, "prometheus.yml"), stringify(file));
  await using prometheus = await startPrometheus(directory, await freeAddress());
  const valuesOf = async (query: string) => {
    const series = await prometheus.query(query, Date.now() / 1000);
    return Object.fromEntries(series.map(({ metric, points }) => [metric["instance"] ?? "", points[0]?.value ?? NaN]));
  };
  await eventually(async () => {
    const [good = "", bad = ""] = names;
    const up = await valuesOf('up{job="roboflow-workspaces"}');
    expect(up).toEqual(Object.fromEntries(names.map((name) => [name, 1])));
    const polled = await valuesOf('roboflow_up{source="insights"}');
    expect(polled).toMatchObject({ [good]: 1, [bad]: 0 });
    expect(Object.keys(await valuesOf("count by (instance) (roboflow_images_labeled)"))).toEqual([good]);
    expect(Object.keys(await valuesOf("roboflow_exporter_build_info"))).toEqual([new URL(url).host]);
  }, 60_000);
});
