import { expect, test } from "vitest";
import { readPages, trackedPages } from "../support/pages.ts";

/** Words that a reader has to think about, a sentence that has one, and what to write. */
const WORDS: readonly { readonly word: RegExp; readonly example: string; readonly write: string }[] = [
  { word: /\breckon\w*/i, example: "by what it is reckoned", write: "calculated, computed" },
  { word: /\b(?:told|tells)\b/i, example: "All errors are told at once.", write: "reported, shows" },
  { word: /\bbeside\b/i, example: "it stands beside the other", write: "next to, together with, as well as" },
  { word: /\banew\b/i, example: "rendered anew", write: "again" },
  { word: /\bdear(?:er|est)?\b/i, example: "a dear request", write: "expensive" },
  { word: /\b(?:nobody|whoever)\b/i, example: "Nobody labels.", write: "no one, not used, anyone who" },
  { word: /\bof a time to come\b/i, example: "a file of a time to come", write: "dated in the future" },
  {
    word: /(?<!\bthere )\b(?:is|are|was) no (?!longer\b|more\b|fewer\b|less\b|worse\b)[a-z-]+\b/i,
    example: "a link is no regular file",
    write: "is not a",
  },
  {
    word: /(?:^|[.:|`]) *(?:Least|Most) (?!of\b|people\b|often\b|recent\b)[a-z-]+ (?:that|of|in|one|a|an|to|at)\b/m,
    example: "Least severity that is logged",
    write: "minimum, maximum",
  },
  { word: /\bknock\w*\b/i, example: "the door at which it knocks", write: "way of sending the key" },
];

const pages = [
  ...(await readPages()),
  ...trackedPages(
    /^(?:grafana\/dashboards\/.*\.json|deploy\/.*\.(?:ya?ml|mjs)|\.github\/.*\.yml|\.ci\/.*|Dockerfile)$/,
  ),
];

test.each(WORDS)("no sentence needs $word: write $write", ({ word, example }) => {
  expect(example).toMatch(word);
  const found = pages.flatMap(({ name, text }) =>
    text.split("\n").flatMap((line, at) => (word.test(line) ? [`${name}:${String(at + 1)}: ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});
