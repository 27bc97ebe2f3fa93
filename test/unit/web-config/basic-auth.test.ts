import { expect, test } from "vitest";
import { PasswordChecker, readCredentials } from "../../../src/web-config/basic-auth.ts";

/** Of "secret", at the lowest cost. */
const HASH = "$2y$04$Ov6vUG2w58aJ8hquj13fQOe3X2Dvu1OoIhad4N3AT5NoxEnU0eOQi";
const COSTLY = `$2b$06${HASH.slice(6)}`;
const USERS = { prometheus: HASH };
const RIGHT = { user: "prometheus", password: "secret" };
const CLIENT = "10.0.0.1";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

test.each([
  { header: basic("a:b"), given: { user: "a", password: "b" } },
  { header: basic("a:b:c").replace("Basic", "basic "), given: { user: "a", password: "b:c" } },
  { header: basic("é:ü\n"), given: { user: "é", password: "ü\n" } },
  { header: basic(":"), given: { user: "", password: "" } },
  { header: basic("a"), given: undefined },
  { header: "Basic", given: undefined },
  { header: "Basic ???", given: undefined },
  { header: "Bearer YTpi", given: undefined },
  { header: undefined, given: undefined },
])("the header $header names $given", ({ header, given }) => {
  expect(readCredentials(header)).toEqual(given);
});

test("bcrypt decides", async () => {
  const checker = new PasswordChecker();
  expect(await checker.check(USERS, RIGHT, CLIENT)).toBe(true);
  expect(await checker.check(USERS, { ...RIGHT, password: "Secret" }, CLIENT)).toBe(false);
  expect(await checker.check(USERS, { ...RIGHT, user: "grafana" }, CLIENT)).toBe(false);
  expect(await checker.check(USERS, { ...RIGHT, user: "constructor" }, CLIENT)).toBe(false);
});

/** A checker whose hashes the test counts and ends. */
function counting() {
  const hashed: { password: string; hash: string; end: (isRight: boolean) => void }[] = [];
  const checker = new PasswordChecker(
    (password, hash) => new Promise((resolve) => void hashed.push({ password, hash, end: resolve })),
  );
  const settle = async (isRight: boolean, ...checks: Promise<unknown>[]) => {
    const state = { isSettled: false };
    const all = Promise.all(checks).finally(() => (state.isSettled = true));
    while (!state.isSettled) {
      for (const one of hashed) one.end(isRight);
      await Promise.resolve();
    }
    return all;
  };
  return { checker, hashed, settle };
}

test("a pair that was right costs one hash, also when it comes many times at once", async () => {
  const { checker, hashed, settle } = counting();
  const checks = [1, 2, 3].map(() => checker.check(USERS, RIGHT, CLIENT));
  expect(await settle(true, ...checks)).toEqual([true, true, true]);
  expect(await checker.check(USERS, RIGHT, CLIENT)).toBe(true);
  expect(hashed).toHaveLength(1);
});

test("a pair that was wrong is hashed each time", async () => {
  const { checker, hashed, settle } = counting();
  for (let times = 0; times < 3; times++)
    expect(await settle(false, checker.check(USERS, RIGHT, CLIENT))).toEqual([false]);
  expect(hashed).toHaveLength(3);
});

test("a password is right no longer when the user's hash has changed or the user is gone", async () => {
  const { checker, hashed, settle } = counting();
  await settle(true, checker.check(USERS, RIGHT, CLIENT));
  expect(await settle(false, checker.check({ prometheus: COSTLY }, RIGHT, CLIENT))).toEqual([false]);
  expect(await settle(true, checker.check({ other: HASH }, RIGHT, CLIENT))).toEqual([false]);
  expect(hashed).toHaveLength(3);
});

test("an unknown user costs the hash of the costliest user, and is let in by none", async () => {
  const { checker, hashed, settle } = counting();
  const users = { a: HASH, b: COSTLY, c: HASH };
  expect(await settle(true, checker.check(users, { user: "d", password: "x" }, CLIENT))).toEqual([false]);
  expect(hashed.map(({ hash }) => hash)).toEqual([COSTLY]);
});

test("one hash is made at a time, and few wait: eight of one address, 32 in all", async () => {
  const { checker, hashed, settle } = counting();
  const ask = (address: string) =>
    Array.from({ length: 9 }, (_, index) => checker.check(USERS, { user: "a", password: String(index) }, address));
  const checks = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"].map(ask);
  await Promise.resolve();
  expect(hashed).toHaveLength(1);
  const verdicts = await Promise.all(checks.map((some) => settle(false, ...some)));
  const busy = verdicts.map((some) => some.filter((verdict) => verdict === "busy").length);
  expect(busy).toEqual([1, 1, 1, 1, 9]);
  expect(await settle(true, checker.check(USERS, RIGHT, CLIENT))).toEqual([true]);
});

test("of more than a hundred right pairs the oldest is hashed again", async () => {
  const { checker, hashed, settle } = counting();
  const ask = (password: string) => settle(true, checker.check(USERS, { ...RIGHT, password }, CLIENT));
  for (let index = 0; index <= 100; index++) await ask(String(index));
  await ask("100");
  expect(hashed).toHaveLength(101);
  await ask("0");
  expect(hashed).toHaveLength(102);
});
