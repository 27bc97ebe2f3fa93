import { spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import type { Gauge } from "./gauges.ts";

/** Rules as text by file name, and the order of their groups. */
export interface Rules {
  readonly files: ReadonlyMap<string, string>;
  readonly groups: readonly string[];
}

/** An alert that fires, at each tick at which it does. */
export type Firing = ReadonlyMap<string, readonly number[]>;

/** Separates alert and unit in the keys of {@link Firing}. */
export const KEY = (alert: string, unit: string) => `${alert} ${unit}`;

function runs(values: readonly (number | undefined)[]): string {
  const parts: string[] = [];
  for (let at = 0; at < values.length;) {
    let end = at + 1;
    while (end < values.length && values[end] === values[at]) end++;
    const [value, more] = [values[at], end - at - 1];
    if (value === undefined) parts.push(`_x${more + 1}`);
    else parts.push(more === 0 ? String(value) : `${value}x${more}`);
    at = end;
  }
  return parts.join(" ");
}

/** What is asked of the rules' results: an expression, at ticks. */
export interface Question {
  readonly expr: string;
  readonly everyHours: number;
  readonly ticks: readonly number[];
}

async function writeTest(path: string, rules: Rules, gauges: readonly Gauge[], question: Question): Promise<void> {
  const file = createWriteStream(path);
  const { expr, everyHours, ticks } = question;
  const interval = `${everyHours}h`;
  const head = { rule_files: [...rules.files.keys()], evaluation_interval: interval, group_eval_order: rules.groups };
  file.write(`${JSON.stringify(head).slice(0, -1)},"tests":[{"interval":"${interval}","input_series":[\n`);
  for (const [index, { series, values }] of gauges.entries())
    if (!file.write(`${index > 0 ? ",\n" : ""}${JSON.stringify({ series, values: runs(values) })}`))
      await once(file, "drain");
  const looks = ticks.map((tick) => ({
    expr,
    eval_time: `${tick * everyHours}h`,
    exp_samples: [{ labels: "{}", value: -1 }],
  }));
  file.end(`\n],"promql_expr_test":${JSON.stringify(looks)}}]}`);
  await once(file, "close");
}

const hoursOf = (duration: string) =>
  [...duration.matchAll(/(\d+)(y|w|d|h)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * ({ y: 8760, w: 168, d: 24, h: 1 }[unit ?? "h"] ?? 0),
    0,
  );

/** A series of an answer: its labels, and its value as text. */
export interface Found {
  readonly tick: number;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** Reads what promtool found instead of nothing, tick by tick. */
function readAnswers(output: string, everyHours: number): Found[] {
  return [...output.matchAll(/time: (\w+),\s+exp:.*\n\s+got:(.*)/g)].flatMap(([, time = "", got = ""]) =>
    [...got.replaceAll('\\"', '"').matchAll(/\{([^}]*)\} ([-+\w.]+)/g)].map(([, labels = "", value]) => ({
      tick: hoursOf(time) / everyHours,
      labels: new Map([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", text = ""]) => [name, text])),
      value: Number(value),
    })),
  );
}

/**
 * Lets Prometheus's own rule engine evaluate rules over gauges, with `for`, `keep_firing_for` and everything, and asks
 * for an expression over what they made.
 * @throws Error when promtool cannot, or when the answer is empty at each tick
 */
export async function ask(rules: Rules, gauges: readonly Gauge[], question: Question): Promise<readonly Found[]> {
  const folder = mkdtempSync(join(tmpdir(), "roboflow-rules-"));
  try {
    for (const [file, text] of rules.files) writeFileSync(join(folder, file), text);
    await writeTest(join(folder, "test.yml"), rules, gauges, question);
    const child = spawn("promtool", ["test", "rules", join(folder, "test.yml")], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    await once(child, "close");
    if (!output.includes("FAILED") || !output.includes("got:")) throw new Error(`promtool: ${output.slice(0, 2000)}`);
    return readAnswers(output, question.everyHours);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Evaluates rules over gauges and lists what fires.
 * @returns by alert and unit the ticks at which it fires
 */
export async function evaluate(rules: Rules, gauges: readonly Gauge[], everyHours: number): Promise<Firing> {
  const expr = 'max by (alertname, workspace, project, labeler) (ALERTS{alertstate="firing"})';
  const ticks = Array.from({ length: gauges[0]?.values.length ?? 0 }, (_, tick) => tick);
  const found = new Map<string, number[]>();
  for (const { tick, labels } of await ask(rules, gauges, { expr, everyHours, ticks })) {
    const unit = labels.get("labeler") ?? labels.get("project") ?? labels.get("workspace") ?? "";
    const key = KEY(labels.get("alertname") ?? "", unit);
    const known = found.get(key) ?? [];
    if (known.at(-1) !== tick) known.push(tick);
    found.set(key, known);
  }
  return found;
}
