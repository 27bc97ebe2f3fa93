import { expect, test } from "vitest";
import { type Answer, json } from "../../support/api-server.ts";
import { EMPTY_STATS, failureOf, serveClient } from "./support.ts";

/** Lets one key in. `onRefused` is called with each other one. */
function letsIn(key: string, onRefused: () => void = () => undefined): Answer {
  return (request, response) => {
    const isRight = new URL(request.url ?? "", "http://x").searchParams.get("api_key") === key;
    if (!isRight) onRefused();
    json(isRight ? EMPTY_STATS : { error: "no" }, isRight ? 200 : 401)(request, response);
  };
}

function keysOf(requests: readonly { readonly target: string }[]) {
  return requests.map(({ target }) => new URL(target, "http://x").searchParams.get("api_key"));
}

test("the key is asked for before each request", async () => {
  let key = "first-key";
  const { server, fetchStats } = await serveClient([json(EMPTY_STATS)], { apiKey: () => Promise.resolve(key) });
  await fetchStats();
  key = "second-key";
  await fetchStats();
  expect(keysOf(server.requests)).toEqual(["first-key", "second-key"]);
});

test("a key that was replaced while the request ran gets its chance at once", async () => {
  let key = "first-key";
  const answer = letsIn("second-key", () => (key = "second-key"));
  const { server, clock, fetchStats } = await serveClient([answer], { apiKey: () => Promise.resolve(key) });
  expect([...(await fetchStats()).rows]).toEqual([]);
  expect({ keys: keysOf(server.requests), sleeps: clock.asked }).toEqual({
    keys: ["first-key", "second-key"],
    sleeps: [],
  });
});

test("but only one chance", async () => {
  let count = 0;
  const apiKey = () => Promise.resolve(`key-${count++}`);
  const { server, fetchStats } = await serveClient([letsIn("another")], { apiKey, retries: 5 });
  expect(await failureOf(fetchStats())).toMatchObject({ reason: "unauthorized" });
  expect(server.requests).toHaveLength(2);
});

test("a key that is still the same is not tried again", async () => {
  const { server, fetchStats } = await serveClient([letsIn("another")], { apiKey: () => Promise.resolve("same-key") });
  expect(await failureOf(fetchStats())).toMatchObject({ reason: "unauthorized" });
  expect(server.requests).toHaveLength(1);
});
