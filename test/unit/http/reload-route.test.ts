import { expect, onTestFinished, test } from "vitest";
import { serveApp, type ServedOptions } from "./support.ts";

async function serve(reload?: ServedOptions["reload"]): Promise<string> {
  const app = await serveApp(reload ? { reload } : {});
  onTestFinished(app.close);
  return `${app.url}/-/reload`;
}

async function answerOf(url: string, method: string) {
  const response = await fetch(url, { method });
  return { status: response.status, allow: response.headers.get("allow"), text: await response.text() };
}

test.each(["POST", "PUT"])("%s reloads, and says how it went", async (method) => {
  const outcomes = [
    { isLoaded: true, text: "Reloaded." },
    { isLoaded: false, text: "Kept." },
  ];
  let asked = 0;
  const url = await serve(() => Promise.resolve(outcomes[asked++] ?? { isLoaded: false, text: "" }));
  expect(await answerOf(url, method)).toEqual({ status: 200, allow: null, text: "Reloaded.\n" });
  expect(await answerOf(url, method)).toEqual({ status: 500, allow: null, text: "Kept.\n" });
  expect(asked).toBe(2);
});

test.each(["GET", "HEAD", "DELETE", "OPTIONS"])("%s is not allowed, whether or not the reload is", async (method) => {
  let asked = 0;
  const reload = () => Promise.resolve({ isLoaded: true, text: String(asked++) });
  for (const url of [await serve(reload), await serve()])
    expect(await answerOf(url, method)).toMatchObject({ status: 405, allow: "POST, PUT" });
  expect(asked).toBe(0);
});

test("without --web.enable-lifecycle it is forbidden, as in Prometheus", async () => {
  const text = "Lifecycle API is not enabled; start with --web.enable-lifecycle.\n";
  expect(await answerOf(await serve(), "POST")).toEqual({ status: 403, allow: null, text });
});

test("a request with a body that never ends is answered all the same", async () => {
  const url = await serve(() => Promise.resolve({ isLoaded: true, text: "Reloaded." }));
  const body = new ReadableStream({
    start: (stream) => {
      stream.enqueue(new TextEncoder().encode("x"));
    },
  });
  const request: RequestInit & { readonly duplex: "half" } = { method: "POST", body, duplex: "half" };
  expect((await fetch(url, request)).status).toBe(200);
});
