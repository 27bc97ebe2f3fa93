import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Documents, renderMetricsDocs, renderRunbook, renderRunbookIndex } from "../../../src/pages/documents.ts";
import { PATHS } from "../../../src/pages/layout.ts";
import { createDocumentLoader } from "../../../src/pages/load-documents.ts";
import { CATALOGUE } from "../../../src/exposition/catalogue.ts";
import { DEFAULTS } from "../../../src/rules/parameters.ts";
import { printRules } from "../../../src/rules/rules.ts";

const folder = mkdtempSync(join(tmpdir(), "roboflow-documents-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const file = join(folder, "made/documents.json");
execFileSync(process.execPath, ["scripts/render-documents.mjs", file]);
const shipped = await createDocumentLoader(() => Promise.resolve(readFileSync(file, "utf8")))();
if (!shipped) throw new Error("nothing was made");
const documents: Documents = shipped;
const settings = { telemetryPath: "/metrics", isDemo: false };
const names = readdirSync("prometheus/runbooks").map((name) => name.replace(/\.md$/, ""));

describe("the shipped pages", () => {
  test("are all runbooks and the documentation of every metric", () => {
    expect(Object.keys(documents.runbooks)).toEqual(names.toSorted());
    const page = renderMetricsDocs(documents, settings);
    for (const { name } of CATALOGUE) expect(page).toContain(`<code>${name}</code>`);
    for (const name of names) expect(renderRunbook(name, documents, settings)).toContain(`<h1>${name}</h1>`);
  });

  test("have no link that leads nowhere", () => {
    const pages = new Map<string, string>([
      [PATHS.metricsDocs, renderMetricsDocs(documents, settings)],
      [PATHS.runbooks, renderRunbookIndex(documents, settings)],
      ...names.map((name) => [`${PATHS.runbooks}/${name}`, renderRunbook(name, documents, settings) ?? ""] as const),
    ]);
    const served = new Set([...pages.keys(), ...Object.values(PATHS)]);
    const dead = [...pages].flatMap(([path, page]) =>
      [...page.matchAll(/href="([^"]*)"/g)]
        .map(([, href = ""]) => href)
        .filter((href) => {
          if (/^https:\/\/[\w.-]+\//.test(href)) return false;
          const [target = "", id] = href.split("#");
          const linked = pages.get(target === "" ? path : target);
          return !served.has(target === "" ? path : target) || (id !== undefined && !linked?.includes(`id="${id}"`));
        })
        .map((href) => `${path}: ${href}`),
    );
    expect(dead).toEqual([]);
  });

  test("are where the alerts' links lead, when the rules are printed for the exporter's own pages", () => {
    const links = { ...DEFAULTS.links, runbooks: "http://exporter.example:17626/runbooks" };
    const urls = [...printRules("rules", { ...DEFAULTS, links }).matchAll(/runbook_url: (\S+)/g)].map(
      ([, url = ""]) => url,
    );
    expect(new Set(urls).size).toBe(names.length);
    for (const url of urls) {
      const [, name = ""] = /^http:\/\/exporter\.example:17626\/runbooks\/([^/]+)$/.exec(url) ?? [];
      expect(renderRunbook(name, documents, settings)).toContain("<h1>");
    }
  });

  test("link other runbooks by the names of their alerts, and name files that are not served", () => {
    const { html } = documents.runbooks["RoboflowDataStale"] ?? { html: "" };
    expect(html).toContain('<a href="/runbooks/RoboflowApiKeyRejected">RoboflowApiKeyRejected</a>');
    expect(html).toContain("table of reasons (<code>docs/troubleshooting.md</code>)");
    expect(html).not.toContain('href="/runbooks/RoboflowDataStale"');
  });

  test("hold no comment and no markup that Markdown does not make", () => {
    const tags = new Set(
      [documents.metrics, ...Object.values(documents.runbooks)].flatMap(({ html }) =>
        [...html.matchAll(/<(\/?[a-z0-9!-]+)/g)].map(([, tag = ""]) => tag.replace("/", "")),
      ),
    );
    const known = ["a", "code", "div", "em", "h2", "h3", "li", "ol", "p", "pre", "strong"];
    expect(
      [...tags].filter((tag) => ![...known, "table", "tbody", "td", "th", "thead", "tr", "ul"].includes(tag)),
    ).toEqual([]);
  });
});

describe("the loader", () => {
  const text = readFileSync(file, "utf8");

  test("reads once, when it is first asked", async () => {
    let reads = 0;
    const load = createDocumentLoader(() => Promise.resolve(reads++ === 0 ? text : undefined));
    expect(reads).toBe(0);
    expect(Object.keys((await load())?.runbooks ?? {})).toHaveLength(names.length);
    expect((await load())?.metrics.title).toBe("Metrics");
    expect(reads).toBe(1);
  });

  test("finds nothing where nothing was built", async () => {
    expect(await createDocumentLoader(() => Promise.resolve(undefined))()).toBeUndefined();
  });

  test("tries again after a failure", async () => {
    const answers = [() => Promise.reject(new Error("EMFILE")), () => Promise.resolve(text)];
    const load = createDocumentLoader(() => answers.shift()?.() ?? Promise.resolve(undefined));
    await expect(load()).rejects.toThrow("EMFILE");
    expect((await load())?.metrics.title).toBe("Metrics");
  });
});
