import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { NODE_OPTIONS } from "../support/node-options.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Readonly<Record<string, string>> };
const typed = `node ${NODE_OPTIONS.join(" ")} `;

test.each([
  { place: "npm start", text: scripts["start"], started: typed },
  { place: "npm run demo", text: scripts["demo"], started: typed },
  { place: "deploy/compose.yaml", text: read("deploy/compose.yaml"), started: typed },
  {
    place: "the image",
    text: read("Dockerfile"),
    started: `ENTRYPOINT ${JSON.stringify(["node", ...NODE_OPTIONS])
      .replaceAll(",", ", ")
      .slice(0, -1)}, `,
  },
])("$place starts Node.js with the options that memory is measured with", ({ text, started }) => {
  expect(text).toContain(started);
});
