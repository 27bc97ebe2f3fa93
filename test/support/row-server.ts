import { onTestFinished } from "vitest";
import { type Answer, type ApiServer, json, startApiServer } from "./api-server.ts";

/** The key that the tests' configuration holds. */
export const KEY = "rf_k3y&of-the+raw'tests-9f86d081";

/** Rows of many forms, each another. */
export function makeRows(count: number): readonly unknown[] {
  return Array.from({ length: count }, (_, id) => (id % 7 === 3 ? { id, note: `a "b",\n${id}` } : { id, tags: [id] }));
}

/** What a page is asked for. */
export interface AskedPage {
  readonly limit: number;
  readonly offset: number;
}

const askedIn = (url = ""): AskedPage => {
  const { searchParams } = new URL(url, "http://api");
  return { limit: Number(searchParams.get("limit")), offset: Number(searchParams.get("offset")) };
};

/** Answers with the page that is asked for, or with what `instead` gives for it. */
export function pagesOf(
  rows: readonly unknown[],
  instead: (page: AskedPage) => Answer | undefined = () => undefined,
): Answer {
  return (request, response) => {
    const page = askedIn(request.url);
    const answer = instead(page) ?? json({ data: rows.slice(page.offset, page.offset + page.limit) });
    answer(request, response);
  };
}

/** A real server, closed with the test, and the environment of a program that asks it. */
export async function serveRows(...script: readonly [Answer, ...Answer[]]): Promise<{
  readonly server: ApiServer;
  readonly env: Readonly<Record<string, string>>;
  /** The pages that were asked for. */
  readonly asked: () => readonly AskedPage[];
}> {
  const server = await startApiServer(...script);
  onTestFinished(() => server.close());
  const env = { ROBOFLOW_API_KEY: KEY, ROBOFLOW_API_URL: server.url };
  return { server, env, asked: () => server.requests.map(({ target }) => askedIn(target)) };
}

/** Rows as NDJSON. */
export function ndjson(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
