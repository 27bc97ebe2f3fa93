import { assault } from "./assault.ts";
import { ATTACKS } from "./attacks.ts";
import { startExporter, startNodeExporter, dataOf } from "./victims.ts";
const only = process.argv[2];
const e = await startExporter({});
const big = await startNodeExporter({}, await dataOf(e));
const n = await startNodeExporter({});
for (const attack of ATTACKS) {
  if (only && !attack.name.includes(only)) continue;
  for (const [name, v] of [["exporter", e], ["node", attack.isLarge ? big : n]] as const) {
    if (process.argv[3] && name !== process.argv[3]) continue;
    const d = await assault(v, attack);
    const by = new Map<string, number>();
    for (const s of d.scrapes) by.set(s.outcome, (by.get(s.outcome) ?? 0) + 1);
    console.log(attack.name, "|", name, "| rss", d.before.rssMb.toFixed(0), "->", d.after.peakMb.toFixed(0), "|", d.outcomes.map(([k, c]) => `${k}:${c}`).join(" "), "| scrapes", [...by].join(" "), "max", Math.max(...d.scrapes.map((s) => s.ms)).toFixed(0), "| next", d.next.outcome, d.next.ms.toFixed(0), "| files", d.before.openFiles, d.after.openFiles, "| slots", d.freeSlots);
  }
}
await e.stop(); await n.stop(); await big.stop();
process.exit(0);
