import { expect, test } from "vitest";
import { createKeyFile } from "../../../src/roboflow/key-file.ts";

/** A file whose content the test changes; undefined is one that is not there. */
function keyFile(first: string) {
  const file: { content: string | undefined | Error } = { content: first };
  const events: string[] = [];
  const read = createKeyFile("/run/secrets/key", first, {
    readFile: () => (file.content instanceof Error ? Promise.reject(file.content) : Promise.resolve(file.content)),
    learn: (secret) => events.push(`learn ${secret}`),
    onChanged: () => events.push("changed"),
    onProblem: (problem) => events.push(problem),
  });
  return { file, events, read };
}

test("a file that stays as it is gives the same key, without a word", async () => {
  const { events, read } = keyFile("first-key");
  expect([await read(), await read()]).toEqual(["first-key", "first-key"]);
  expect(events).toEqual([]);
});

test("a new key is made known as a secret before it is used", async () => {
  const { file, events, read } = keyFile("first-key");
  file.content = " second-key\n";
  expect([await read(), await read()]).toEqual(["second-key", "second-key"]);
  expect(events).toEqual(["learn second-key", "changed"]);
});

test.each([
  { name: "is not there", content: undefined, problem: "is not there" },
  {
    name: "cannot be read",
    content: Object.assign(new Error("EACCES: permission denied, open '/run/secrets/key'"), { code: "EACCES" }),
    problem: "cannot be read (EACCES: permission denied)",
  },
  { name: "is a pipe", content: new Error("is not a regular file"), problem: "is not a regular file" },
  { name: "is empty", content: " \n", problem: "is empty; give the key" },
  { name: "holds two words", content: "two words", problem: "has white space in the key; give the key alone" },
])("a file that $name keeps the key before, and is spoken of once", async ({ content, problem }) => {
  const { file, events, read } = keyFile("first-key");
  file.content = content;
  expect([await read(), await read()]).toEqual(["first-key", "first-key"]);
  expect(events).toEqual([problem]);
  file.content = "first-key";
  await read();
  file.content = content;
  await read();
  expect(events).toEqual([problem, problem]);
});
