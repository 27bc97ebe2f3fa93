import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import type { WorkspaceState } from "../../../src/exposition/workspace-state.ts";
import { FAILURES } from "../../../src/failures.ts";
import { type PollEntry, PollJournal } from "../../../src/poller/journal.ts";
import { withFirstSource } from "../../support/golden.ts";
import { momentAt } from "../../support/manual-clock.ts";
import { ask, sampleState, serveApp, type ServedApp } from "./support.ts";

const POLLED_MS = Date.parse("2026-11-18T12:00:00Z");
const HTML = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
const HOSTILE = `<script>"&'</script>`;
const ESCAPED = "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;";

async function serve(options: Parameters<typeof serveApp>[0] = {}): Promise<ServedApp> {
  const app = await serveApp(options);
  onTestFinished(app.close);
  return app;
}

async function textOf(path: string, options: Parameters<typeof serveApp>[0] = {}, headers = {}): Promise<string> {
  const { body } = await ask((await serve(options)).port, path, { ...HTML, ...headers });
  return body.toString();
}

/** A page as it is read: without markup, with single spaces. */
function read(page: string): string {
  const [, main = ""] = /<main[^>]*>([^]*)<\/main>/.exec(page) ?? [];
  const text = main
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return text.replaceAll(/ (?=[;,.:)])/g, "").replaceAll("( ", "(");
}

const ENTRY: PollEntry = {
  ...{ startedMs: POLLED_MS - 60_000, durationMs: 1_500, outcome: "ok", status: undefined, message: undefined },
  requests: [{ url: "https://api.example.com/acme/stats?a=1&b=2", status: 200, failure: undefined, durationMs: 812 }],
  ...{ requestCount: 3, rows: 1, series: 15, droppedSeries: 2, anomalies: { "missing data.approved": 4 } },
};
const FAILED: PollEntry = {
  ...ENTRY,
  ...{ outcome: "unauthorized", status: 401, message: `no such key: ${HOSTILE}` },
  ...{ rows: undefined, series: undefined, droppedSeries: undefined, anomalies: {} },
  requests: [{ url: "https://api.example.com/", status: undefined, failure: "network", durationMs: 3 }],
};

function journalOf(workspace: string, entries: readonly PollEntry[]): PollJournal {
  const journal = new PollJournal();
  for (const entry of entries) journal.add(workspace, "insights", entry);
  return journal;
}

describe("every page", () => {
  test.each(["/", "/polls", "/config", "/runbooks", "/runbooks/RoboflowOne", "/metrics-docs"])(
    "%s allows nothing but our own style sheet and says where one is",
    async (path) => {
      const { status, headers, body } = await ask((await serve()).port, path, HTML);
      expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
      expect(headers["content-security-policy"]).toBe(
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers["referrer-policy"]).toBe("no-referrer");
      expect(headers["cache-control"]).toMatch(/^(?:no-store|private, max-age=300)$/);
      const text = body.toString();
      expect(text).not.toMatch(/<script|<style|style=|<img|https?:\/\/(?!127)[^"]*\.(?:js|css)/);
      expect(text.match(/aria-current="page"/g) ?? []).toHaveLength(path.startsWith("/runbooks/") ? 0 : 1);
      expect(text.match(/<h1/g)).toHaveLength(1);
    },
  );

  test("says of demo data that it is simulated, and of real data nothing", async () => {
    const [demo, real] = await Promise.all([{ isDemo: true }, {}].map((options) => textOf("/polls", options)));
    expect(demo?.replaceAll(/\s+/g, " ")).toContain(
      "<strong>Demo data.</strong> Every workspace, person and number here is simulated.",
    );
    expect(real).not.toContain("Demo data");
  });

  test("hides what the redactor finds", async () => {
    const states = [{ ...(await sampleState()), workspace: "k3y" }];
    const redact = (text: string) => text.replaceAll("k3y", "[hidden]");
    for (const path of ["/", "/polls"]) expect(await textOf(path, { states, redact })).not.toContain("k3y");
    expect(await textOf("/polls", { states, redact }, { Accept: "application/json" })).toContain("[hidden]");
  });

  test("is answered while there is a slot, and 503 when there is none", async () => {
    let release: (value: undefined) => void = () => undefined;
    const slowDocuments = new Promise<undefined>((resolve) => (release = resolve));
    const app = await serve({ maxRequests: 1, slowDocuments });
    const first = ask(app.port, "/runbooks");
    await expect.poll(async () => (await ask(app.port, "/")).status).toBe(503);
    expect((await ask(app.port, "/metrics")).status).toBe(200);
    release(undefined);
    expect((await first).status).toBe(404);
  });
});

describe("the landing page", () => {
  const cardsOf = async (states: readonly WorkspaceState[], journal = new PollJournal()) => {
    const page = await textOf("/", { states, journal });
    return [...page.matchAll(/<article class="card (\w+)">([^]*?)<\/article>/g)].map(
      ([, look = "", card = ""]) => `${look}: ${read(`<main>${card}</main>`)}`,
    );
  };

  test("says in words how each source does", async () => {
    const good = await sampleState();
    const bare = withFirstSource(good, { lastSuccess: undefined, nextPollMs: undefined, data: undefined });
    const old = withFirstSource(good, { lastSuccess: momentAt(POLLED_MS - 86_400_000) });
    const states = [
      good,
      withFirstSource(bare, { lastPoll: undefined }),
      withFirstSource(good, { lastPoll: undefined }),
      withFirstSource(bare, { isAvailable: false }),
      old,
      withFirstSource(good, { nextPollMs: POLLED_MS + 40_000 }),
    ];
    const rest = "Last good poll – Next poll – Series 0";
    expect(await cardsOf(states)).toEqual([
      "good: insights up to date Last good poll 1 min ago Next poll in 14 min Series 15",
      `idle: insights waiting for the first poll ${rest}`,
      "idle: insights waiting for the first poll; shows data from before the restart Last good poll 1 min ago Next poll in 14 min Series 15",
      `idle: insights the endpoint is gone ${rest}`,
      "bad: insights the data is too old and is not shown Last good poll 1 d ago Next poll in 14 min Series 0",
      "good: insights up to date Last good poll 1 min ago Next poll due 20 s ago Series 15",
    ]);
  });

  test("of a failing source it says since when, why, and what to do", async () => {
    const good = await sampleState();
    const failing = withFirstSource(good, { failure: "unauthorized" });
    const empty = withFirstSource(failing, { data: undefined, failure: "plan" });
    const journal = journalOf("acme", [ENTRY, { ...FAILED, startedMs: POLLED_MS - 1_200_000 }, FAILED]);
    const [withData = "", without = ""] = await cardsOf([failing, empty], journal);
    const { remedy } = FAILURES.unauthorized;
    expect(withData).toContain("warn: insights failing since 20 min ago; shows the last good data");
    expect(withData).toContain(`No such key: ${ESCAPED}. (unauthorized) What to do: U${remedy.slice(1)}. Last`);
    expect(without).toContain("bad: insights failing since 20 min ago; no data is shown");
    // Some messages hold the remedy, which is not said twice.
    const wordy = journalOf("acme", [{ ...FAILED, message: `rejected; ${remedy}: no such key` }]);
    expect((await cardsOf([failing], wordy))[0]).toContain("Rejected: no such key. (unauthorized) What to do");
    // The journal may not know it yet, or no more.
    const [unknown = ""] = await cardsOf([failing]);
    expect(unknown).toContain(
      "failing since 1 min ago; shows the last good data The API key was rejected. (unauthorized)",
    );
    expect((await cardsOf([withFirstSource(failing, { lastPoll: momentAt(POLLED_MS + 30_000) })]))[0]).toContain(
      "30 s",
    );
  });

  test("links everything there is, and escapes names", async () => {
    const page = await textOf("/", { states: [{ ...(await sampleState()), workspace: HOSTILE }] });
    const paths = ["/metrics", "/-/healthy", "/-/ready", "/sd", "/polls", "/config", "/metrics-docs", "/runbooks"];
    for (const path of paths) expect(page).toContain(`href="${path}"`);
    expect(page).toContain(`<h2>${ESCAPED}</h2>`);
    expect(page).toContain(
      '<time datetime="2026-11-18T12:00:00.000Z" title="2026-11-18 12:00:00 UTC">1 min ago</time>',
    );
  });
});

describe("the journal's page", () => {
  test("shows the polls of each source, with their requests, and older failures", async () => {
    const many = Array.from({ length: 20 }, () => ENTRY);
    const text = await textOf("/polls", { journal: journalOf("acme", [FAILED, ...many]) });
    const facts = "2 min ago: 1.5 s, 3 requests, 1 row, 15 series, 2 left out, 4 anomalies";
    expect(read(text)).toContain(`acme, insights good, ${facts} GET https://api.example.com/acme/stats?a=1&amp;b=2 `);
    expect(read(text)).toContain(
      "200, 812 ms and 2 more Deviations from the API's documentation: 4 × missing data.approved",
    );
    const failure = `failed: unauthorized, 2 min ago: 1.5 s, 3 requests no such key: ${ESCAPED}`;
    expect(read(text)).toContain(`Older failures ${failure} GET https://api.example.com/ network, 3 ms`);
  });

  test("says when there was no poll yet, and when an endpoint is gone", async () => {
    expect(read(await textOf("/polls"))).toContain("acme, insights No poll has ended yet.");
    const journal = journalOf("acme", [{ ...ENTRY, outcome: "gone", droppedSeries: 0, requestCount: 1 }]);
    expect(read(await textOf("/polls", { journal }))).toContain("the endpoint is gone, 2 min ago: 1.5 s, 1 request,");
  });

  test("of many sources it shows the last poll of each, and of one workspace all", async () => {
    const state = await sampleState();
    const states = Array.from({ length: 7 }, (_, index) => ({ ...state, workspace: `w&${index}` }));
    const app = await serve({ states, journal: journalOf("w&3", [FAILED, ENTRY]) });
    const textAt = async (path: string, Accept: string) => (await ask(app.port, path, { Accept })).body.toString();
    const all = await textAt("/polls", "text/html");
    expect(all).toContain('<h2><a href="/polls?workspace=w%263">w&amp;3</a>, insights</h2>');
    expect(read(all)).toMatch(
      /here is the last poll[^]*w&amp;2, insights No poll has ended yet\.[^]*w&amp;3, insights good,/,
    );
    expect(all).not.toContain("GET https");
    const json = "application/json";
    const brief = JSON.parse(await textAt("/polls", json)) as readonly Record<string, unknown>[];
    expect(brief[3]).toMatchObject({ workspace: "w&3", recent: [{ outcome: "ok", requests: [], requestCount: 3 }] });
    expect(brief.every((source) => !("older_failures" in source))).toBe(true);
    const one = await textAt("/polls?workspace=w%263", "text/html");
    expect(read(one)).toContain("failed: unauthorized");
    expect(one.match(/<h2>/g)).toHaveLength(1);
    expect(JSON.parse(await textAt("/polls?workspace=w%263", json))).toMatchObject([{ recent: [{}, {}] }]);
    expect(read(await textAt("/polls?workspace=%3Cb%3E", "text/html"))).toMatch(
      /There is no workspace of this name\.$/,
    );
  });

  test("is JSON for those who want that", async () => {
    const app = await serve({ journal: journalOf("acme", [ENTRY, FAILED]) });
    const { headers, body } = await ask(app.port, "/polls", { Accept: "application/json" });
    expect([headers["content-type"], headers["vary"]]).toEqual(["application/json; charset=utf-8", "Accept"]);
    const [source] = JSON.parse(body.toString()) as [Record<string, unknown>];
    expect(source).toMatchObject({
      ...{ workspace: "acme", source: "insights", failing_since: "2026-11-18T11:59:01.500Z", older_failures: [] },
      recent: [
        { outcome: "unauthorized", failed: true, status: 401, requests: [{ failure: "network" }] },
        {
          ...{ started: "2026-11-18T11:59:00.000Z", seconds: 1.5, outcome: "ok", failed: false, rows: 1, series: 15 },
          requests: [{ method: "GET", url: "https://api.example.com/acme/stats?a=1&b=2", status: 200, seconds: 0.812 }],
        },
      ],
    });
    const none = await ask((await serve()).port, "/polls", { Accept: "application/json" });
    expect(JSON.parse(none.body.toString())).toMatchObject([{ failing_since: null, recent: [] }]);
  });

  test.each(["*/*", "text/html", "", "image/png", "application/json;q=0.1,text/html"])(
    "is HTML for %j",
    async (accept) => {
      const { headers } = await ask((await serve()).port, "/polls", { Accept: accept });
      expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    },
  );
});

describe("the configuration's page", () => {
  const effectiveConfig = {
    flags: [{ key: "--log.level", value: "info", otherwise: "info", origin: "default" }],
    common: [{ key: "people.email", value: false, otherwise: undefined, origin: "file, people.email" }],
    workspaces: [[{ key: "name", value: HOSTILE, otherwise: undefined, origin: "file, workspaces[0].name" }]],
  };

  test("is YAML for programs and a page for browsers", async () => {
    const app = await serve({ effectiveConfig });
    const yaml = await ask(app.port, "/config", { Accept: "*/*" });
    expect([yaml.headers["content-type"], yaml.headers["vary"]]).toEqual(["application/yaml; charset=utf-8", "Accept"]);
    expect(parse(yaml.body.toString())).toEqual({
      "x-flags": { "--log.level": "info" },
      ...{ people: { email: false }, workspaces: [{ name: HOSTILE }] },
    });
    const page = (await ask(app.port, "/config", HTML)).body.toString();
    expect(page).toContain("email: false # file, people.email");
    expect(page).not.toContain("<script>");
  });
});

describe("the shipped pages", () => {
  test("a runbook has the name of its alert, with or without the file's ending", async () => {
    for (const path of ["/runbooks/RoboflowOne", "/runbooks/RoboflowOne.md"])
      expect(read(await textOf(path))).toBe("RoboflowOne All runbooks What one means.");
    expect(read(await textOf("/runbooks"))).toContain("RoboflowOne");
    expect(read(await textOf("/metrics-docs"))).toBe("Metrics All of them.");
  });

  test.each([
    "/runbooks/Nothing",
    "/runbooks/__proto__",
    "/runbooks/constructor.md",
    "/runbooks/%2e%2e%2fpackage.json",
  ])("%s is not one of them", async (path) => {
    const { status, body } = await ask((await serve()).port, path);
    expect([status, body.toString()]).toEqual([404, "Not found; the runbooks are at /runbooks.\n"]);
  });

  test("a build without them says so", async () => {
    const { status, body } = await ask((await serve({ slowDocuments: Promise.resolve(undefined) })).port, "/runbooks");
    expect([status, body.toString()]).toEqual([404, "This build has no documentation; npm run build makes it.\n"]);
  });
});
