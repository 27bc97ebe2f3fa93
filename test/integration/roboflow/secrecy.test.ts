import { fetchWorkspaceName } from "../../../src/roboflow/workspaces.ts";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { createLogger } from "../../../src/logger/logger.ts";
import { createRedactor } from "../../../src/redact.ts";
import { type Answer, cut, cutInBody, hang, hangInBody, json, raw } from "../../support/api-server.ts";
import { captureLog } from "../../support/log-capture.ts";
import { KEY, KEY_TAIL, clientFor, errorOf, serve, WEEK } from "./support.ts";

/** Every spelling in which the key could get out, and pieces of it. */
const TRACES = [KEY, KEY_TAIL, "k/e+y", encodeURIComponent("k/e+y"), "k%252Fe"];

/** All that a careless server could repeat: the target as sent, decoded, the header, the bare key. */
function echoOf({ url = "", headers }: Parameters<Answer>[0]): string {
  const decoded = decodeURIComponent(url.replaceAll("+", " "));
  return `${url} ${decoded} ${headers.authorization ?? ""} ${KEY} ${encodeURIComponent(KEY)}`;
}

function echo(status: number, wrap: (text: string) => unknown, headers: Record<string, string> = {}): Answer {
  return (request, response) => {
    json(wrap(echoOf(request)), status, headers)(request, response);
  };
}

function echoText(status: number, wrap: (text: string) => string): Answer {
  return (request, response) => {
    raw(status, wrap(echoOf(request)))(request, response);
  };
}

const asError = (text: string) => ({ error: text });
const cutAt = (length: number) => () => ({ error: `${"x".repeat(length)}${KEY} ${KEY}` });

const ANSWERS: readonly { readonly name: string; readonly answer: Answer }[] = [
  ...[400, 401, 402, 403, 404, 409, 422, 423, 429, 500, 502, 503, 504].map((status) => ({
    name: `status ${status}`,
    answer: echo(status, asError),
  })),
  { name: "an error object", answer: echo(500, (text) => ({ error: { message: text } })) },
  { name: "a code and a message", answer: echo(400, (text) => ({ code: text, message: text })) },
  { name: "plain text", answer: echoText(502, (text) => `cannot GET ${text}`) },
  { name: "broken JSON", answer: echoText(502, (text) => JSON.stringify({ error: text }).slice(0, -1)) },
  { name: "an HTML page", answer: echoText(502, (text) => `<p>${text}</p>`) },
  ...[160, 175, 185, 190, 198].map((length) => ({
    name: `a message cut in the key, at ${length}`,
    answer: echo(500, cutAt(length)),
  })),
  { name: "200 with an error", answer: echo(200, asError) },
  { name: "200 with an error cut in the key", answer: echo(200, cutAt(190)) },
  { name: "200 of another form", answer: echo(200, (text) => ({ data: text })) },
  { name: "200 with neither data nor stats", answer: echo(200, (text) => ({ [text]: text })) },
  { name: "200 with HTML", answer: echoText(200, (text) => `<p>${text}</p>`) },
  { name: "200 with broken JSON", answer: echoText(200, (text) => JSON.stringify({ error: text }).slice(0, -1)) },
  { name: "200 too large", answer: echoText(200, (text) => `{"error":"${text.repeat(100)}"}`) },
  {
    name: "a redirect",
    answer: (request, response) => {
      echo(302, asError, { location: `http://127.0.0.1:1/?api_key=${encodeURIComponent(KEY)}` })(request, response);
    },
  },
  { name: "a hanging server", answer: hang },
  { name: "a hanging body", answer: hangInBody() },
  { name: "a cut connection", answer: cut },
  { name: "a cut body", answer: cutInBody },
  { name: "corrupt gzip", answer: raw(200, KEY, { "content-encoding": "gzip" }) },
  {
    name: "a broken header",
    answer: ({ socket, url }) => {
      socket.end(`HTTP/1.1 200 OK\r\n${String(url)}\r\n\r\n`);
    },
  },
];

/** All that the failure leaves behind, in one text. */
async function remainsOf(url: string, auth: "query" | "bearer"): Promise<string> {
  const options = { auth, retries: 1, timeoutMs: 300, maxResponseBytes: 10_000 };
  const { observations, ask, redact, fetchStatsOf } = clientFor(url, options);
  const signal = new AbortController().signal;
  const query = { ...WEEK, project: "roofs" };
  const error = await errorOf(fetchStatsOf("acme")(query, signal));
  const other = await errorOf(fetchWorkspaceName(ask, redact, signal));
  const log = captureLog();
  const logger = createLogger({ level: "debug", format: "json" }, log, createRedactor([KEY]));
  logger.error({ err: error, other, observations }, "poll failed");
  const said = [error.message, other.message, error.stack, String(other), JSON.stringify(observations)];
  return [...said, inspect([error, other, observations], { depth: 10, showHidden: true }), ...log.lines].join("\n");
}

describe.each(["query", "bearer"] as const)("with the key sent by %s", (auth) => {
  test.each(ANSWERS)("nothing of it is left behind by $name", async ({ answer }) => {
    const server = await serve(answer);
    const remains = await remainsOf(server.url, auth);
    expect(TRACES.filter((trace) => remains.includes(trace))).toEqual([]);
    expect(remains).toContain("ApiError");
  });

  test("nothing of it is left behind by a refused connection", async () => {
    const server = await serve(hang);
    await server.close();
    const remains = await remainsOf(server.url, auth);
    expect(TRACES.filter((trace) => remains.includes(trace))).toEqual([]);
  });
});

test.each([
  { name: "as it is", spell: JSON.stringify },
  {
    name: "in escapes",
    spell: (text: string) => `"${Array.from(text, (c) => `\\u00${c.charCodeAt(0).toString(16)}`).join("")}"`,
  },
  { name: "as a URL has it", spell: (text: string) => JSON.stringify(encodeURIComponent(text)) },
])("a good answer that repeats the key $name is read without it", async ({ spell }) => {
  const key = spell(KEY);
  const row = `{"projectId":${key},"projectName":${key},"labelerId":${key},${key}:1,"imagesLabeled":3}`;
  const body = `{"data":[${row}],"labelers":[{"id":${key},"name":${key}}],"meta":{"notices":[${key}]}}`;
  const { fetchStatsOf } = clientFor((await serve(raw(200, body))).url);
  const stats = await fetchStatsOf("acme")(WEEK, new AbortController().signal);
  expect([...stats.rows]).toEqual([{ project: "<secret>", labeler: "<secret>", values: { imagesLabeled: 3 } }]);
  const remains = inspect(stats, { depth: 10 });
  expect(TRACES.filter((trace) => remains.includes(trace))).toEqual([]);
});

test("the key is found at the end of an answer of several hundred kilobytes, and nothing else is changed", async () => {
  const rows = Array.from({ length: 4_000 }, (_, index) => ({
    projectId: `project-${index}`,
    projectName: `Project ${index}, with a comma`,
    labelerId: "l",
    imagesLabeled: index,
  }));
  const last = { projectId: "last", projectName: `My key, ${KEY}, is here`, labelerId: "l", imagesLabeled: 1 };
  const { fetchStatsOf } = clientFor((await serve(raw(200, JSON.stringify({ data: [...rows, last] })))).url);
  const stats = await fetchStatsOf("acme")(WEEK, new AbortController().signal);
  expect(stats.rows.projects).toEqual([...rows.map(({ projectId }) => projectId), "last"]);
  expect([...stats.projects.values()].map(({ name }) => name)).toEqual([
    ...rows.map(({ projectName }) => projectName),
    "My key, <secret>, is here",
  ]);
});
