import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { documentTexts } from "../../src/storage/document.ts";
import { MAX_FILE_BYTES } from "../../src/storage/files.ts";
import { createRestarts, dataLines, NOW, onlyFile } from "../support/restarts.ts";

interface Document {
  readonly kind: string;
  readonly fingerprint: string;
  readonly savedMs: number;
  readonly parts: readonly Readonly<Record<string, unknown>>[];
}

interface Spoilt {
  readonly name: string;
  readonly reason: string | RegExp;
  /** Changes the file, or puts something in its place. */
  readonly spoil: (file: string, text: string) => void | Promise<void>;
}

/** Writes the document with some of it changed, and a checksum that says so. */
async function rewrite(file: string, text: string, change: (document: Document) => Partial<Document>): Promise<void> {
  const document = JSON.parse(text) as Document;
  const { kind, fingerprint, ...content } = { ...document, ...change(document) };
  writeFileSync(file, (await documentTexts({ kind, fingerprint }, content)).join(""));
}

function inPlaceOf(file: string, put: () => void): void {
  rmSync(file);
  put();
}

const SPOILT: readonly Spoilt[] = [
  {
    name: "is empty",
    reason: "is not JSON: it was cut off or damaged",
    spoil: (file) => {
      truncateSync(file);
    },
  },
  {
    name: "was cut off",
    reason: "is not JSON: it was cut off or damaged",
    spoil: (file, text) => {
      truncateSync(file, Math.floor(text.length / 2));
    },
  },
  {
    name: "is of zeros, as some file systems leave it",
    reason: "is not JSON: it was cut off or damaged",
    spoil: (file, text) => {
      writeFileSync(file, Buffer.alloc(text.length));
    },
  },
  {
    name: "is somebody else's JSON",
    reason: "was not written by this program",
    spoil: (file) => {
      writeFileSync(file, '{"name": "x"}');
    },
  },
  {
    name: "is JSON, but no object",
    reason: "was not written by this program",
    spoil: (file) => {
      writeFileSync(file, "null");
    },
  },
  {
    name: "has a key that is unknown",
    reason: "was not written by this program",
    spoil: (file, text) => {
      writeFileSync(file, text.replace("{", '{"more":1,'));
    },
  },
  {
    name: "is of another version",
    reason: "has the version 2; this program reads 1",
    spoil: (file, text) => {
      writeFileSync(file, text.replace('"version":1', '"version":2'));
    },
  },
  {
    name: "is of another kind",
    reason: "was not written by this program",
    spoil: (file, text) => rewrite(file, text, () => ({ kind: "legacy" })),
  },
  {
    name: "has lost a digit",
    reason: "is damaged: its checksum does not match",
    spoil: (file, text) => {
      writeFileSync(file, text.replace(/("imagesLabeled":\d+)/, "$11"));
    },
  },
  {
    name: "has another time than it was written with",
    reason: "is damaged: its checksum does not match",
    spoil: (file, text) => {
      writeFileSync(file, text.replace(`"savedMs":${Date.parse(NOW)}`, `"savedMs":${Date.parse(NOW) + 1}`));
    },
  },
  {
    name: "has lost a part",
    reason: "has another form: 0",
    spoil: (file, text) => rewrite(file, text, () => ({ parts: [] })),
  },
  {
    name: "has a day that is none",
    reason: "has another form: 0.day",
    spoil: (file, text) => rewrite(file, text, ({ parts }) => ({ parts: [{ ...parts[0], day: "yesterday" }] })),
  },
  {
    name: "has a number out of range",
    reason: "has another form: 1.workspace",
    spoil: (file, text) =>
      rewrite(file, text, ({ parts: [head = {}, window] }) => ({
        parts: [head, { ...window, workspace: { numImagesLabeled: -1 } }],
      })),
  },
  {
    name: "has an id longer than any",
    reason: "has another form: 0.workspace",
    spoil: (file, text) =>
      rewrite(file, text, ({ parts }) => ({ parts: [{ ...parts[0], workspace: "x".repeat(129) }] })),
  },
  {
    name: "is too large",
    reason: "is larger than 64 MiB",
    spoil: (file) => {
      truncateSync(file, MAX_FILE_BYTES + 1);
    },
  },
  {
    name: "is an empty directory",
    reason: "is not a regular file",
    spoil: (file) => {
      inPlaceOf(file, () => {
        mkdirSync(file);
      });
    },
  },
  {
    name: "is a pipe that no one writes to",
    reason: "is not a regular file",
    spoil: (file) => {
      inPlaceOf(file, () => execFileSync("mkfifo", [file]));
    },
  },
  {
    name: "is a link that leads nowhere but to itself",
    reason: /^ELOOP: /,
    spoil: (file) => {
      inPlaceOf(file, () => {
        symlinkSync(file, file);
      });
    },
  },
  {
    name: "is dated in the future",
    reason: `is dated in the future, ${new Date(Date.parse(NOW) + 60_001).toISOString()}`,
    spoil: (file, text) => rewrite(file, text, ({ savedMs }) => ({ savedMs: savedMs + 60_001 })),
  },
];

/** What a start on a spoilt file says of it, and whether the next good poll makes the one after show data again. */
async function startOnSpoilt(
  spoil: (file: string, text: string) => void | Promise<void>,
  settings?: Readonly<Record<string, unknown>>,
) {
  const { directory, pollOnce, startWithoutApi } = await createRestarts();
  await pollOnce(settings);
  const { file, text } = onlyFile(directory);
  await spoil(file, text);
  const first = await startWithoutApi();
  const shown = await dataLines(first.url);
  await first.exporter.stop();
  await pollOnce();
  const second = await startWithoutApi();
  return { file, shown, lines: first.lines, shownAfter: await dataLines(second.url) };
}

const REFUSED = { level: "warn", msg: "stored data is refused; the next good poll replaces it" };

test.each(SPOILT)("a file that $name is refused, reported and replaced", async ({ spoil, reason }) => {
  const { file, shown, lines, shownAfter } = await startOnSpoilt(spoil);
  expect(shown).toEqual([]);
  expect(lines).toMatchObject([{ ...REFUSED, file }]);
  if (typeof reason === "string") expect(lines[0]?.["reason"]).toBe(reason);
  else expect(lines[0]?.["reason"]).toMatch(reason);
  expect(shownAfter.length).toBeGreaterThan(50);
});

test.skipIf(process.getuid?.() === 0)("a file that may not be read is refused, reported and replaced", async () => {
  const { lines, shownAfter } = await startOnSpoilt((file) => {
    chmodSync(file, 0);
  });
  expect(lines).toMatchObject([{ ...REFUSED, reason: "EACCES: permission denied" }]);
  expect(shownAfter.length).toBeGreaterThan(50);
});

test.each([
  { name: "windows", settings: { windows: ["7d"] } },
  { name: "the time zone", settings: { poll: { timezone: "Asia/Tokyo" } } },
  { name: "names", settings: { people: { names: false } } },
  { name: "e-mail addresses", settings: { people: { email: true } } },
])("a file of a configuration with other $name is refused, reported and replaced", async ({ settings }) => {
  const { shown, lines, shownAfter } = await startOnSpoilt(() => undefined, settings);
  expect(shown).toEqual([]);
  expect(lines).toMatchObject([{ ...REFUSED, reason: "was written under another configuration" }]);
  expect(shownAfter.length).toBeGreaterThan(50);
});

test("a file that is too old is not called bad, and is replaced", async () => {
  const { clock, pollOnce, startWithoutApi } = await createRestarts();
  await pollOnce();
  clock.advance(3_600_000);
  const { url, lines, exporter } = await startWithoutApi();
  expect(await dataLines(url)).toEqual([]);
  expect(lines).toMatchObject([{ level: "info", msg: "stored data is too old to be shown" }]);
  await exporter.stop();
  await pollOnce();
  expect((await dataLines((await startWithoutApi()).url)).length).toBeGreaterThan(50);
});
