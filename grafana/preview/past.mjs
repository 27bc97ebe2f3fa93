import { ruleFiles } from "../../dist/rules/rules.js";
import { ask } from "./queries.mjs";

const HOUR = 3600;
const FILES = ["recording-output.yml", "recording-forecast.yml"];
const LAST_GROUP = "roboflow-forecast-paces";

/** The rules whose past a forecast reads, by group: each reads the groups before it. */
export const PAST_RULES = (() => {
  const groups = ruleFiles().flatMap(({ file, groups: all }) => (FILES.includes(file) ? all : []));
  return groups.slice(0, groups.findIndex(({ name }) => name === LAST_GROUP) + 1).map(({ rules }) => rules);
})();

function line(record, labels, [time, value]) {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}=${JSON.stringify(text)}`);
  return `${record}{${pairs.join(",")}} ${value} ${time}`;
}

/**
 * What the rules of a group would have recorded, hour by hour.
 * @returns OpenMetrics text; nothing where there was nothing to record
 */
export async function recordedPast(prometheus, rules, days) {
  const end = Math.floor(Date.now() / 1000 / HOUR) * HOUR;
  const byRecord = new Map();
  for (const { record, expr, labels = {} } of rules) {
    const span = { start: end - days * 24 * HOUR, end, step: HOUR };
    const series = await ask(prometheus, "query_range", { query: expr, ...span });
    const lines = series.flatMap(({ metric: { __name__, ...own }, values }) =>
      values.map((point) => line(record, { ...own, ...labels }, point)),
    );
    byRecord.set(record, [...(byRecord.get(record) ?? []), ...lines]);
  }
  const filled = [...byRecord].filter(([, lines]) => lines.length > 0);
  const families = filled.map(([record, lines]) => `# TYPE ${record} gauge\n${lines.join("\n")}\n`);
  return families.length === 0 ? undefined : `${families.join("")}# EOF\n`;
}
