import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { WorkspaceState } from "../../../src/exposition/workspace-state.ts";
import { withFirstSource } from "../../support/golden.ts";
import { ask, sampleState, serveApp, type ServedApp } from "./support.ts";
import { momentAt } from "../../support/manual-clock.ts";

let app: ServedApp;

beforeEach(async () => {
  app = await serveApp();
});

afterEach(async () => {
  await app.close();
});

async function serve(options: Parameters<typeof serveApp>[0]): Promise<ServedApp> {
  const other = await serveApp(options);
  onTestFinished(other.close);
  return other;
}

describe("routes", () => {
  test.each([
    { path: "/-/healthy", status: 200, text: "Healthy.\n" },
    { path: "/-/ready", status: 200, text: "Ready.\n" },
    { path: "/nowhere", status: 404, text: "Not found; the metrics are at /metrics.\n" },
    { path: "/METRICS", status: 404, text: "Not found; the metrics are at /metrics.\n" },
    { path: "/metrics/more", status: 404, text: "Not found; the metrics are at /metrics.\n" },
    { path: "/../etc/passwd", status: 404, text: "Not found; the metrics are at /metrics.\n" },
  ])("$path is answered $status", async ({ path, status, text }) => {
    const answer = await ask(app.port, path);
    expect([answer.status, answer.body.toString()]).toEqual([status, text]);
    expect(answer.headers["content-type"]).toBe("text/plain; charset=utf-8");
  });

  test.each(["/metrics", "/", "/-/healthy", "/-/ready"])("%s takes GET and HEAD alone", async (path) => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const { status, headers, body } = await ask(app.port, path, { "Content-Length": "0" }, method);
      expect([status, headers["allow"]]).toEqual([405, "GET, HEAD"]);
      expect(body.toString()).toBe("Method not allowed; use GET or HEAD.\n");
    }
    expect((await ask(app.port, path, {}, "HEAD")).status).toBe(200);
  });

  test.each(["/%", "/%zz", "/%E0%A4%A", "/metrics%"])("%s, which cannot be decoded, is a bad request", async (path) => {
    const { status, body } = await ask(app.port, path);
    expect([status, body.toString()]).toEqual([400, "Bad request: the path cannot be decoded.\n"]);
    expect(app.lines).toEqual([]);
  });

  test("no answer says what the server is made of, and none is to be sniffed", async () => {
    for (const path of ["/", "/metrics", "/nowhere", "/-/ready"]) {
      const { headers } = await ask(app.port, path);
      expect(headers["x-powered-by"]).toBeUndefined();
      expect(headers["etag"]).toBeUndefined();
      expect(headers["x-content-type-options"]).toBe("nosniff");
    }
  });

  test.each(["/metrics?", "/metrics?name=a&x=%", "/metrics/", "/metrics/?x", "http://elsewhere.example/metrics"])(
    "%s is a scrape, with the headers that any has",
    async (path) => {
      const [usual, other] = [await ask(app.port, "/metrics"), await ask(app.port, path)];
      expect(other.status).toBe(200);
      expect({ ...other.headers, date: "" }).toEqual({ ...usual.headers, date: "" });
      expect(other.body).toEqual(usual.body);
    },
  );

  test("the path of the metrics can be another", async () => {
    const other = await serve({ telemetryPath: "/roboflow" });
    expect((await ask(other.port, "/roboflow")).status).toBe(200);
    expect((await ask(other.port, "/metrics")).body.toString()).toBe("Not found; the metrics are at /roboflow.\n");
    expect((await ask(other.port, "/")).body.toString()).toContain('<a href="/roboflow">Metrics</a>');
  });

  test("an error inside is logged and not shown", async () => {
    const broken = await serve({ current: () => Promise.reject(new Error("secret detail")) });
    const { status, body } = await ask(broken.port, "/metrics");
    expect([status, body.toString()]).toEqual([500, "Internal error; see the log.\n"]);
    expect(JSON.stringify(broken.lines)).toContain("secret detail");
    expect(broken.lines[0]).toMatchObject({ level: "error", msg: "request failed" });
  });
});

describe("readiness", () => {
  test("waits for the first poll of every workspace, good or bad", async () => {
    const good = await sampleState();
    const unpolled = withFirstSource(good, { data: undefined, lastPoll: undefined, lastSuccess: undefined });
    const failed = withFirstSource(unpolled, { lastPoll: momentAt(1), failure: "unauthorized" });
    const statusOf = async (states: readonly WorkspaceState[]) =>
      (await ask((await serve({ states })).port, "/-/ready")).status;
    expect(await statusOf([unpolled])).toBe(503);
    expect(await statusOf([good, unpolled])).toBe(503);
    expect(await statusOf([good, failed])).toBe(200);
  });
});

describe("the landing page", () => {
  test("says of demo data that it is simulated, and of real data nothing", async () => {
    const [demo, real] = await Promise.all(
      [{ isDemo: true }, {}].map(async (options) => (await ask((await serve(options)).port, "/")).body.toString()),
    );
    expect(demo).toContain("<strong>Demo data.</strong> Every workspace, person and number here is simulated.");
    expect(real).not.toContain("Demo data");
  });

  test("links what there is and says how each workspace does", async () => {
    const good = await sampleState();
    const rest = withFirstSource(good, { lastSuccess: undefined, nextPollMs: undefined, data: undefined });
    const states: WorkspaceState[] = [
      good,
      { ...withFirstSource(rest, { failure: "plan" }), workspace: "failing" },
      { ...withFirstSource(rest, { lastPoll: undefined }), workspace: "new" },
      { ...withFirstSource(rest, { isAvailable: false }), workspace: "gone" },
    ];
    const { headers, body } = await ask((await serve({ states })).port, "/");
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["content-security-policy"]).toBe("default-src 'none'; style-src 'unsafe-inline'");
    const rows = body.toString().match(/<tr><td>.*<\/tr>/g);
    expect(rows).toEqual([
      "<tr><td>acme</td><td>insights</td><td>up</td><td>2026-11-18T12:00:00.000Z</td><td>2026-11-18T12:15:00.000Z</td><td>15</td></tr>",
      "<tr><td>failing</td><td>insights</td><td>last poll failed: plan</td><td>never</td><td>never</td><td>0</td></tr>",
      "<tr><td>new</td><td>insights</td><td>waiting for the first poll</td><td>never</td><td>never</td><td>0</td></tr>",
      "<tr><td>gone</td><td>insights</td><td>the endpoint is gone</td><td>never</td><td>never</td><td>0</td></tr>",
    ]);
    for (const path of ["/metrics", "/-/healthy", "/-/ready"]) expect(body.toString()).toContain(`href="${path}"`);
  });

  test("escapes names", async () => {
    const states = [{ ...(await sampleState()), workspace: `<script>"&'</script>` }];
    const text = (await ask((await serve({ states })).port, "/")).body.toString();
    expect(text).toContain("<td>&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;</td>");
    expect(text).not.toContain("<script>");
  });
});
