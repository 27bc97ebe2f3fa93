import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsOf, csvHeader, csvLines } from "../../src/raw/formats.ts";
import { parseCsv } from "../support/csv.ts";

const name = fc.oneof(fc.constantFrom("a", "b", "_extra", "__proto__", "constructor", 'say "hi"', "x,y"), fc.string());
const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ",", "\r", "\n", "a", "") }));
const value = fc.oneof(fc.constant(null), fc.boolean(), fc.double({ noNaN: true }), text, fc.jsonValue());
/** As JSON.parse makes them: every name is the object's own. */
const record = fc.array(fc.tuple(name, value), { maxLength: 5 }).map((entries) => Object.fromEntries(entries));
const row = fc.oneof({ weight: 5, arbitrary: record }, value);
const asJson = (rows: unknown[]) => JSON.parse(JSON.stringify(rows)) as unknown[];

/** What a reader of the CSV makes of a row, if the types of the values were lost but nothing else. */
function expected(row: unknown, columns: readonly string[]): { text: string; quoted: boolean }[] {
  const isRecord = typeof row === "object" && row !== null && !Array.isArray(row);
  const fields = new Map<string, unknown>(isRecord ? Object.entries(row) : []);
  const cells = columns.map((column) => {
    const value = fields.get(column) ?? undefined;
    fields.delete(column);
    return typeof value === "string" ? value : value === undefined ? undefined : JSON.stringify(value);
  });
  const rest = fields.size > 0 ? JSON.stringify(Object.fromEntries(fields)) : undefined;
  return [...cells, isRecord ? rest : JSON.stringify(row)].map((cell) => ({
    text: cell ?? "",
    quoted: cell !== undefined && (cell === "" || /[",\r\n]/.test(cell)),
  }));
}

test("rows of any form are read back from CSV with every value they had", () => {
  fc.assert(
    fc.property(fc.array(row).map(asJson), fc.array(row).map(asJson), (first, later) => {
      const columns = columnsOf(first);
      const names = [...columns];
      const [header = [], ...records] = parseCsv(
        csvHeader(columns) + csvLines(first, columns) + csvLines(later, columns),
      );
      expect(header.map((cell) => cell.text)).toEqual([...names, "_extra"]);
      expect(records).toEqual([...first, ...later].map((one) => expected(one, names)));
    }),
    { numRuns: 500 },
  );
});
