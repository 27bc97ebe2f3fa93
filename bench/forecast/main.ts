import { DAY_MINUTES } from "../../src/simulator/days.ts";
import type { Bound } from "../../src/rules/series.ts";
import { renderRules, ruleFiles } from "../../src/rules/rules.ts";
import { ask, type Found, type Rules } from "../alerts/promtool.ts";
import { FIRST_DAY, gaugesOf, minuteOf, type Past, pastsOf, SHOWN_DAYS } from "./past.ts";
import { doneAt } from "./truth.ts";

const SEED = Number(process.env["SEED"] ?? 1);
const SEEDS = Number(process.env["SEEDS"] ?? 8);
/** Days before the first forecast: the rules look back two weeks, and their own results once more. */
const SETTLING_DAYS = 15;
/** Forecasts are read every six days at another hour, so that they meet every weekday and every part of the day. */
const [EVERY_DAYS, EVERY_HOURS] = [6, 5] as const;
const FILES = /^recording-(?:names|output|forecast)/;

/** A forecast at a past moment: days since the simulator's day 0. */
interface Forecast {
  readonly made: number;
  readonly bounds: Readonly<Record<Bound, number>>;
  readonly truth: number;
}

function rules(): Rules {
  const files = ruleFiles().filter(({ file }) => FILES.test(file));
  const groups = files.flatMap((file) => file.groups.map(({ name }) => name));
  return { files: new Map([...renderRules()].filter(([file]) => FILES.test(file))), groups };
}

function moments(): number[] {
  const count = Math.floor((SHOWN_DAYS - SETTLING_DAYS) / EVERY_DAYS);
  return Array.from({ length: count }, (_, n) => (SETTLING_DAYS + n * EVERY_DAYS) * 24 + ((n * EVERY_HOURS) % 24));
}

/** The instant of a bound as Prometheus gives it, as days of the simulator. */
function boundOf(found: readonly Found[], bound: string): number {
  const seconds = found.find(({ labels }) => labels.get("bound") === bound)?.value ?? NaN;
  return FIRST_DAY + seconds / 86_400;
}

function forecastOf(past: Past, tick: number, found: readonly Found[]): Forecast[] {
  const own = found.filter(({ tick: at, labels }) => at === tick && labels.get("project") === past.project.id);
  if (own.length === 0) return [];
  const [p10, p50, p90] = [boundOf(own, "p10"), boundOf(own, "p50"), boundOf(own, "p90")];
  const truth = (doneAt(past, minuteOf(tick)) ?? Infinity) / DAY_MINUTES;
  return [{ made: minuteOf(tick) / DAY_MINUTES, bounds: { p10, p50, p90 }, truth }];
}

async function forecastsOf(seed: number): Promise<readonly Forecast[]> {
  const pasts = pastsOf(seed);
  const ticks = moments();
  const question = { expr: "project:roboflow_done_timestamp_seconds:forecast", everyHours: 1, ticks };
  const found = await ask(rules(), gaugesOf(pasts), question);
  return pasts.flatMap((past) => ticks.flatMap((tick) => forecastOf(past, tick, found)));
}

const day = Math.floor;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[day(values.length / 2)] ?? NaN;
/** Shares of true days in the band of 10 to 90 % that are as promised. */
const PROMISED = [0.75, 0.95] as const;

type Is = (one: Forecast) => boolean;

const shareOf = (forecasts: readonly Forecast[], is: Is) => forecasts.filter(is).length / forecasts.length;
const share = (forecasts: readonly Forecast[], is: Is) => `${Math.round(1000 * shareOf(forecasts, is)) / 10} %`;
const isInBand: Is = ({ truth, bounds }) => day(truth) >= day(bounds.p10) && day(truth) <= day(bounds.p90);

function report(forecasts: readonly Forecast[]): string {
  const width = forecasts.map(({ bounds }) => bounds.p90 - bounds.p10);
  return [
    `forecasts: ${forecasts.length}`,
    `true day before p10: ${share(forecasts, ({ truth, bounds }) => day(truth) < day(bounds.p10))}`,
    `in p10 to p90: ${share(forecasts, isInBand)}`,
    `after p90: ${share(forecasts, ({ truth, bounds }) => day(truth) > day(bounds.p90))}`,
    `by p50: ${share(forecasts, ({ truth, bounds }) => truth <= bounds.p50)}`,
    `median days ahead: ${median(forecasts.map(({ made, bounds }) => bounds.p50 - made)).toFixed(1)}`,
    `median width of the band in days: ${median(width).toFixed(1)}`,
  ].join("\n");
}

async function main(): Promise<void> {
  const all: Forecast[] = [];
  for (let seed = SEED; seed < SEED + SEEDS; seed++) {
    const own = await forecastsOf(seed);
    console.error(`seed ${seed}: ${own.length} forecasts`);
    all.push(...own);
  }
  console.info(report(all));
  const inBand = shareOf(all, isInBand);
  if (!(inBand >= PROMISED[0] && inBand <= PROMISED[1])) throw new Error("the band is not what it promises");
}

await main();
