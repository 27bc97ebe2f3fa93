import fc from "fast-check";
import { expect, test } from "vitest";
import { inChunks, type Lines } from "../../../src/backfill/chunks.ts";

/** Lines with the numbers from 0 on behind one beginning. */
function numbered(beginning: string, count: number): Lines {
  const ends = Array.from({ length: count }, (_, line) => Buffer.from(`${String(line).padStart(6, "0")}\n`));
  return { beginning, ends };
}

function textOf({ beginning, ends }: Lines): string {
  return ends.map((end) => beginning + Buffer.from(end).toString()).join("");
}

/** The pieces' texts; each is read before the next is asked for, as whoever writes them does. */
function pieces(all: readonly Lines[]): string[] {
  return Array.from(inChunks(all), (piece) => Buffer.from(piece).toString());
}

test("lines that begin alike are written one by one, whatever came before them", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: "grapheme", minLength: 1 }), fc.nat({ max: 40 })), { maxLength: 20 }),
      (given) => {
        const all = given.map(([beginning, count]) => numbered(beginning, count));
        expect(pieces(all).join("")).toBe(all.map(textOf).join(""));
      },
    ),
  );
});

test.each([
  { name: "many lines of one beginning", lines: numbered("x".repeat(100), 10_000) },
  { name: "many lines that take three bytes a letter", lines: numbered("€".repeat(100), 10_000) },
  { name: "lines of which hardly one fits into a piece", lines: numbered("x".repeat(40_000), 7) },
  { name: "lines that are longer than a piece", lines: numbered("x".repeat(200_000), 3) },
])("$name come in several pieces, and nothing of them is lost", ({ lines }) => {
  const before = numbered("before ", 3);
  const made = pieces([before, lines, before]);
  expect(made.length).toBeGreaterThan(2);
  expect(made.join("") === [before, lines, before].map(textOf).join("")).toBe(true);
});
