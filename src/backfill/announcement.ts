import { dayLine, startOf } from "./days.ts";
import { type Period, type Scope, isWide, neededDays } from "./questions.ts";

/** What a backfill will ask and write. */
export interface Announced extends Scope {
  readonly cache: string;
  readonly requestsPerSecond: number;
  readonly stepSeconds: number;
}

const DAY_SECONDS = 86_400;
/** Measured: nearly all of it is labels. */
const BYTES_PER_SAMPLE = 185;

const grouped = (count: number) => count.toLocaleString("en-US");

function timeLine(total: number, { cache, requestsPerSecond }: Announced): string {
  const minutes = Math.ceil(total / requestsPerSecond / 60);
  const rate = `${requestsPerSecond} requests per second`;
  return `${grouped(total)} responses are needed, from the cache ${cache} or from the API: up to ${minutes} min at ${rate}.`;
}

function sizeLine({ from, to }: Period, { stepSeconds }: Announced): string {
  const samples = dayLine(from, to).count * Math.ceil(DAY_SECONDS / stepSeconds);
  const megabytes = ((samples * BYTES_PER_SAMPLE) / 1e6).toFixed(1);
  return `Each series takes up to ${megabytes} MB of text (${grouped(samples)} samples); a longer --step makes it smaller.`;
}

/** Why days are asked for that the user may not expect. */
function firstDayLines(period: Period, scope: Announced): string[] {
  const { from, windows } = period;
  const { first } = neededDays(period, scope);
  const knowing = scope.sources.map(({ history }) => history.firstDay);
  if (knowing.includes(from)) return [`${from} is the first day that the API has; --from takes a later one.`];
  if (first === from) return [];
  const reaching = windows.filter((window) => knowing.some((firstDay) => startOf(window, from, firstDay) === first));
  const names = reaching.map(({ name }) => name).join(", ");
  return [`Days from ${first} on are needed, because on ${from} the window ${names} begins there.`];
}

/** What the dashboards will lack. */
function missingLines({ windows }: Period, { exact }: Announced): string[] {
  const wide = windows.filter(isWide).map(({ name }) => name);
  if (exact || wide.length === 0) return [];
  return [
    `Without --exact, approval and unique images have no values in ${wide.join(", ")}: panels of approval stay empty for the past.`,
  ];
}

/** What is said before the first request: how long it takes, how large the text becomes, and what it will not hold. */
export function announcement(period: Period, announced: Announced, total: number): string {
  const lines = [
    timeLine(total, announced),
    sizeLine(period, announced),
    ...firstDayLines(period, announced),
    ...missingLines(period, announced),
  ];
  return `${lines.join("\n")}\n`;
}
