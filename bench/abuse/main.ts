import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { assault } from "./assault.ts";
import type { Attack } from "./attacks.ts";
import { SETTINGS, type Setting, allowedBy } from "./settings.ts";
import { type Row, renderTable } from "./table.ts";
import { problemsOf } from "./verdict.ts";
import { NODE_EXPORTER, type Victim, dataOf, serveApi, startExporter, startNodeExporter } from "./victims.ts";

/** Parts of names: what is attacked in which settings; all of them if not given. */
const TEXT = { type: "string", default: "" } as const;
const { values } = parseArgs({ options: { setting: TEXT, attack: TEXT } });
const hasAnchor = spawnSync(NODE_EXPORTER, ["--version"]).status === 0;
if (!hasAnchor) {
  const message = `${NODE_EXPORTER} is not installed: the exporter is attacked alone`;
  if (process.env["CI"] !== undefined) throw new Error(message);
  console.error(message);
}

const problems: string[] = [];

async function attacked(program: string, victim: Victim, [setting, attack]: [Setting, Attack]): Promise<Row> {
  console.error(`${setting.name}: ${attack.name}: ${program}`);
  const damage = await assault(victim, attack, setting.slots).catch((error: unknown) => {
    if (victim.end() === undefined) throw error;
    return undefined;
  });
  const found = damage ? problemsOf(allowedBy(setting, attack), damage) : [`it ended with ${String(victim.end())}`];
  if (program === "exporter") problems.push(...found.map((one) => `${setting.name}: ${attack.name}: ${one}`));
  return { attack: attack.name, program, damage };
}

/** A new one for each attack: some leave it in a state from which it does not return. */
async function attackAnchor(setting: Setting, attack: Attack, text: string): Promise<Row[]> {
  // Options of Node.js are nothing to a program in Go.
  if (!hasAnchor || setting.conditions.nodeOptions) return [];
  const anchor = await startNodeExporter(setting.conditions, attack.isLarge ? text : undefined);
  const row = await attacked("node_exporter", anchor, [setting, attack]);
  await anchor.stop();
  return [row];
}

async function rowsOf(setting: Setting, api: string): Promise<Row[]> {
  const exporter = await startExporter(api, setting.conditions);
  const text = await dataOf(exporter);
  const rows: Row[] = [];
  for (const attack of setting.attacks.filter(({ name }) => name.includes(values.attack)))
    rows.push(await attacked("exporter", exporter, [setting, attack]), ...(await attackAnchor(setting, attack, text)));
  await exporter.stop();
  return rows;
}

const api = await serveApi();
for (const setting of SETTINGS.filter(({ name }) => name.includes(values.setting))) {
  const rows = await rowsOf(setting, api);
  console.log(`\n### ${setting.name}\n\n${renderTable(rows)}`);
}
for (const problem of problems) console.error(`PROBLEM: ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);
