import { addDays } from "../calendar/windows.ts";

const DAY_MS = 86_400_000;

/** Calendar days in a row, named by their place from the first one on. */
export interface DayLine {
  readonly first: string;
  readonly count: number;
}

/** The days from one to another, both included. */
export function dayLine(first: string, last: string): DayLine {
  return { first, count: Math.max(0, (Date.parse(last) - Date.parse(first)) / DAY_MS + 1) };
}

/** The date at a place; places may lie outside the line. */
export function dateAt({ first }: DayLine, index: number): string {
  return addDays(first, index);
}

/** The place of a date. */
export function indexOf({ first }: DayLine, date: string): number {
  return (Date.parse(date) - Date.parse(first)) / DAY_MS;
}
