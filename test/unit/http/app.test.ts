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

  test.each([
    ...["/metrics", "/", "/-/healthy", "/-/ready", "/polls", "/config", "/sd", "/probe?target=acme", "/style.css"],
    ...["/metrics-docs", "/runbooks", "/runbooks/RoboflowOne"],
  ])("%s takes GET and HEAD alone", async (path) => {
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
    expect((await ask(other.port, "/")).body.toString()).toContain('<a href="/roboflow">/roboflow</a>');
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
