import { afterAll, expect, test } from "vitest";
import { startSimulator } from "../../src/simulator/server.ts";
import { configFrom, startHarness } from "../support/exporter-harness.ts";
import { createKnows, type Page } from "../support/known-words.ts";
import { standingClock } from "../support/manual-clock.ts";
import { readPages } from "../support/pages.ts";
import { type Kind, type Mention, mentionsIn } from "../support/text-mentions.ts";

const clock = standingClock("2026-11-18T15:00:00Z");
const simulator = await startSimulator({ port: 0, seed: 1, now: clock.now });
const [workspace] = simulator.workspaces;
const { exporter, url } = await startHarness(
  configFrom({
    api: { url: simulator.url, retries: 0 },
    windows: ["today"],
    workspaces: [{ name: workspace?.name, api_key: workspace?.apiKey }],
  }),
  { clock },
);
afterAll(async () => {
  await exporter.stop();
  await simulator.close();
});

/** Words that are true, though not of our program. Each is in use, or the test fails. */
interface Foreign {
  readonly kind: Kind;
  readonly word: string | RegExp;
  readonly why: string;
  /** Only in lines that match. */
  readonly near?: RegExp;
}

const FOREIGN: readonly Foreign[] = [
  { kind: "path", word: /^\/(?:etc|run|var)\//, why: "a file of the machine" },
  { kind: "file", word: /^@[a-z-]+\/[a-z-]+$/, why: "a package of npm's registry" },
  { kind: "file", word: /^(?:I|auto)\/(?:N|3)$/, why: "a value of --shard" },
  { kind: "key", word: /^prometheus\.(?:scrape|remote_write)$/, why: "a component of Grafana Alloy", near: /Alloy/ },
  { kind: "file", word: "dist-bench/", why: "made by npm run bench, not tracked" },
  { kind: "file", word: "dist/documents.json", why: "made by npm run build, not tracked" },
  { kind: "path", word: /^\/(?:metrics-docs|runbooks(?:\/(?:X|NAME))?)$/, why: "only a built program has them" },
  { kind: "file", word: "X.md", why: "stands for a runbook", near: /runbooks/ },
  { kind: "flag", word: /^--max-(?:old|semi)-space-size$/, why: "Node.js has it", near: /Node|V8|heap|MB/i },
  { kind: "flag", word: "--storage.tsdb.retention.time", why: "Prometheus has it", near: /Prometheus|retention/ },
  {
    kind: "flag",
    word: "--prometheus-port",
    why: "npm run stack makes it of the program's name",
    near: /PROMETHEUS_PORT/,
  },
  { kind: "flag", word: /^--(?:set|reuse-values|from-file)$/, why: "Helm or kubectl has it" },
  {
    kind: "key",
    word: /^(?:tls|ca)\.(?:crt|key)$/,
    why: "an entry of Secrets with certificates",
    near: /cert-manager/,
  },
  { kind: "flag", word: "--now", why: "systemctl has it" },
  { kind: "flag", word: "--ignore-scripts", why: "npm has it", near: /npm|install/ },
  { kind: "path", word: "/proc/self/limits", why: "a file of Linux" },
  { kind: "flag", word: /^--(?:setting|attack)$/, why: "npm run abuse has it", near: /npm run abuse/ },
  { kind: "path", word: "/usr/bin/node", why: "where packages of Node.js put it" },
  { kind: "variable", word: "PROMETHEUS_PORT", why: "npm run stack makes it of the program's name" },
  { kind: "variable", word: "NODE_EXTRA_CA_CERTS", why: "Node.js reads it" },
  { kind: "variable", word: /^TLS_ECDHE_/, why: "a cipher suite", near: /suites/i },
  {
    kind: "key",
    word: /^(?:performance\.now|undici\.request|process\.exit)$/,
    why: "a function of Node.js or a library",
  },
  { kind: "key", word: "legacy.ticks", why: "a value of the label field", near: /reason/ },
  { kind: "key", word: "poll.example", why: "the key that a recipe adds" },
  { kind: "variable", word: "POLL_EXAMPLE", why: "the variable that a recipe adds" },
  { kind: "metric", word: "roboflow_images_example", why: "the metric that a recipe adds" },
  {
    kind: "variable",
    word: /^(?:ROW_FIELDS|TOTAL_FIELDS|HEALTH_METRICS|NEVER_SUMMED|NONE_EXPECTED)$/,
    why: "a constant of the code, named in a recipe",
  },
  { kind: "variable", word: "ALERTS_FOR_STATE", why: "a series of Prometheus" },
  { kind: "alert", word: "RoboflowExample", why: "the alert that a recipe adds" },
  {
    kind: "file",
    word: /^(?:src\/sources\/example\/example\.ts|prometheus\/runbooks\/RoboflowExample\.md)$/,
    why: "a file that a recipe adds",
  },
  { kind: "file", word: "net/http", why: "a package of Go", near: /Go/ },
  { kind: "signal", word: "SIGPIPE", why: "the shell's status of it", near: /shell/ },
  { kind: "path", word: /^\/dev\//, why: "a device of the machine" },
  { kind: "key", word: "area", why: "the form of a commit's subject", near: /Subject/ },
];

const isForeign = ({ kind, word, near }: Foreign, mention: Mention): boolean =>
  kind === mention.kind &&
  (typeof word === "string" ? word === mention.word : word.test(mention.word)) &&
  (near?.test(mention.line) ?? true);

const isMarkdown = ({ name }: Page) => name.endsWith(".md");
const mentionsOf = (page: Page) => mentionsIn(page.text, isMarkdown(page));

async function isServed(path: string): Promise<boolean> {
  const real = path
    .replaceAll("{workspace}", workspace?.name ?? "")
    .replaceAll("{project}", workspace?.projects[0]?.slug ?? "");
  const key = `api_key=${workspace?.apiKey ?? ""}`;
  const answers = await Promise.all([url, simulator.url].map((base) => fetch(`${base}${real}?${key}`)));
  await Promise.all(answers.map((answer) => answer.text()));
  return answers.some(({ status }) => status !== 404);
}

const pages = await readPages();

/** A text of each kind that holds a lie, and the lie; what is true in it must not be found. */
const LIES: readonly { readonly kind: Kind; readonly text: string; readonly lie: string }[] = [
  { kind: "alert", text: "RoboflowDataStale comes with RoboflowDataGone", lie: "RoboflowDataGone" },
  { kind: "command", text: "`roboflow-exporter once`, then `roboflow-exporter twice`", lie: "twice" },
  {
    kind: "command",
    text: "```sh\nnpm start --silent -- doctor --json\nnpm start --silent -- dance\n```",
    lie: "dance",
  },
  {
    kind: "command",
    text: "```sh\ndocker run -p 1:2 roboflow-exporter demos --web.listen-address=:1\n```",
    lie: "demos",
  },
  { kind: "file", text: "see `src/main.ts`, `src/http/`, `dist/main.js` and `src/mane.ts`", lie: "src/mane.ts" },
  {
    kind: "file",
    text: "`prometheus.yml` and `rules/alerts-*.yml`, not `rules/alarms-*.yml`",
    lie: "rules/alarms-*.yml",
  },
  { kind: "file", text: "copy `alertmanager.yml` and `pagermanager.yml`", lie: "pagermanager.yml" },
  { kind: "flag", text: "start it with --storage.path=X or --storage.file=X", lie: "--storage.file" },
  {
    kind: "flag",
    text: "```sh\ndocker run --rm \\\n  roboflow-exporter --log.level=debug --log.colour\n```",
    lie: "--log.colour",
  },
  { kind: "flag", text: "`--web.config.file` and `--web.config.path`", lie: "--web.config.path" },
  { kind: "key", text: "set `poll.interval: 15m` and `poll.pause`", lie: "poll.pause" },
  { kind: "key", text: "`legacy: true`, `people.system` and `legendary: true`", lie: "legendary" },
  { kind: "key", text: "raise limits.series or limits.bytes", lie: "limits.bytes" },
  { kind: "key", text: "`rate_limit.burst` and `rate_limit.bust`", lie: "rate_limit.bust" },
  { kind: "metric", text: "`roboflow_up` and `roboflow_down`", lie: "roboflow_down" },
  { kind: "metric", text: "`roboflow_legacy_*` and `roboflow_heritage_*`", lie: "roboflow_heritage_*" },
  {
    kind: "metric",
    text: '```promql\nsum(roboflow_images_labeled{window="7d"}) / roboflow_pictures{window="7d"}\n```',
    lie: "roboflow_pictures",
  },
  { kind: "metric", text: "`project:roboflow_images_{labeled,eaten}:sum`", lie: "project:roboflow_images_eaten:sum" },
  { kind: "metric", text: "`roboflow_images_{approved,refused}`", lie: "roboflow_images_refused" },
  { kind: "path", text: "`/-/healthy` and `/-/restart`", lie: "/-/restart" },
  { kind: "path", text: "```sh\ncurl -X POST http://127.0.0.1:17626/-/quit\n```", lie: "/-/quit" },
  { kind: "path", text: "`/metrics`, `/`, `/config` and `/settings`", lie: "/settings" },
  { kind: "path", text: "http://127.0.0.1:17626/metrics, not http://127.0.0.1:17626/metric", lie: "/metric" },
  { kind: "path", text: "`GET /{workspace}/stats`, `GET /{workspace}/numbers`", lie: "/{workspace}/numbers" },
  { kind: "script", text: "`npm run docs`, `npm test` and `npm run --silent dox`", lie: "dox" },
  { kind: "signal", text: "SIGTERM stops it, SIGWINCH does not", lie: "SIGWINCH" },
  { kind: "variable", text: "`ROBOFLOW_API_KEY` or `ROBOFLOW_KEY`", lie: "ROBOFLOW_KEY" },
  { kind: "variable", text: "```yaml\napi_key_env: HARBOR_KEY\n```\n`HARBOR_KEY=x WINDOWS_OF=7d`", lie: "WINDOWS_OF" },
];
const mentions = pages.flatMap((page) => mentionsOf(page).map((mention) => ({ page, mention })));
const knows = await createKnows(
  isServed,
  [...mentions.map(({ mention }) => mention), ...LIES.flatMap(({ text }) => mentionsIn(text, true))]
    .filter(({ kind }) => kind === "path")
    .map(({ word }) => word),
);

test.each(LIES)("a lie about a $kind is found: $lie", ({ kind, text, lie }) => {
  const page = { name: "docs/lie.md", text };
  const found = mentionsOf(page).filter((mention) => !knows(mention, page));
  expect(found.map((mention) => [mention.kind, mention.word])).toEqual([[kind, lie]]);
});

test("every kind of word is looked for, in texts and in lies", () => {
  const kinds = new Set(mentions.map(({ mention }) => mention.kind));
  expect(new Set(LIES.map(({ kind }) => kind))).toEqual(kinds);
});

test.each(FOREIGN)("$word is in use, as $why", (foreign) => {
  const used = mentions.filter(({ page, mention }) => !knows(mention, page) && isForeign(foreign, mention));
  expect(used.length).toBeGreaterThan(0);
});

test("texts speak only of what there is", () => {
  const unknown = mentions.filter(
    ({ page, mention }) => !knows(mention, page) && !FOREIGN.some((foreign) => isForeign(foreign, mention)),
  );
  expect(unknown.map(({ page, mention: { kind, word, number } }) => `${page.name}:${number}: ${kind} ${word}`)).toEqual(
    [],
  );
});
