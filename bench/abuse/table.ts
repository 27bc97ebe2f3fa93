import { type Damage } from "./assault.ts";

/** One program under one attack. */
export interface Row {
  readonly attack: string;
  readonly program: string;
  /** Undefined when the program ended. */
  readonly damage: Damage | undefined;
}

type Column = readonly [title: string, cell: (damage: Damage) => string];

function counted(outcomes: Iterable<readonly [string, number]>): string {
  return [...outcomes].map(([name, count]) => `${name} ×${count.toLocaleString("en")}`).join(", ");
}

function scrapes({ scrapes }: Damage): string {
  const counts = new Map<string, number>();
  for (const { outcome } of scrapes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counted(counts);
}

const COLUMNS: readonly Column[] = [
  ["its connections", ({ outcomes }) => counted(outcomes)],
  ["normal scrapes", scrapes],
  ["slowest, ms", ({ scrapes }) => Math.max(...scrapes.map(({ ms }) => ms)).toFixed(0)],
  ["next", ({ next }) => next.outcome],
  ["RSS at rest → peak, MB", ({ atRest, after }) => `${atRest.rssMb.toFixed(0)} → ${after.peakMb.toFixed(0)}`],
  ["files before → after", ({ atRest, after }) => `${String(atRest.openFiles)} → ${String(after.openFiles)}`],
  ["free slots", ({ freeSlots, slots }) => `${String(freeSlots)} of ${String(slots)}`],
];

function cellsOf({ attack, program, damage }: Row): string[] {
  return [attack, program, ...COLUMNS.map(([, cell]) => (damage ? cell(damage) : "ended"))];
}

/** The rows as a table in Markdown. */
export function renderTable(rows: readonly Row[]): string {
  const titles = ["attack", "program", ...COLUMNS.map(([title]) => title)];
  const lines = [titles, ...rows.map(cellsOf)];
  const widths = titles.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column]?.length ?? 0)));
  const pad = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = titles, ...body] = lines;
  return [pad(head), pad(widths.map((width) => "-".repeat(width))), ...body.map(pad)].join("\n");
}
