/** How much a message matters: `warning` and `critical` are messages of their own, `info` waits for a list. */
export type Severity = "critical" | "warning" | "info";

/** What an alert is about, for routing and inhibition. */
export type Area = "quality" | "output" | "exporter";

/** A series that Prometheus records. */
export interface RecordingRule {
  /** Named `level:metric:operations`. */
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Why the rule is so; stands above it in the file. */
  readonly comment?: string;
}

/** A condition that people hear of. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly keepFiringFor?: string;
  readonly labels: { readonly severity: Severity; readonly area: Area } & Readonly<Record<string, string>>;
  readonly summary: string;
  /** One line for each thing that a reader wants to know. */
  readonly description: string;
  readonly comment?: string;
}

export type Rule = RecordingRule | AlertRule;

/** Rules that may be evaluated at the same time: none of them reads another of the same group. */
export interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** One file of rules. Its groups stand in the order in which they build on each other. */
export interface RuleFile {
  readonly file: string;
  readonly comment: string;
  readonly groups: readonly Group[];
}

/** What a reader of any file with recorded series has to know. */
export const CONVENTIONS =
  "Names are level:metric:operations. Each rule that reads the exporter starts with max by (...), so replicas count once " +
  "and job and instance go away. Each selector of a metric with a window names exactly one window, and the rule puts it on " +
  "its result. x / (n > 0) has no result where nothing was counted. Ratios are never averaged or summed: counts are. " +
  "A group reads the exporter and groups above it, never itself.";

const WIDTH = 120;
const GENERATED = "Generated from src/rules; `npm run docs` writes it again.";

function indent(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, " ".repeat(spaces));
}

/** Breaks each line of a text at spaces, so that it fits behind `# `. */
function comment(text: string, spaces: number): string {
  const room = WIDTH - spaces - 2;
  const lines = text.split("\n").flatMap((paragraph) => {
    const broken = [""];
    for (const word of paragraph.split(" ")) {
      const last = broken.at(-1) ?? "";
      if (last !== "" && last.length + 1 + word.length > room) broken.push(word);
      else broken[broken.length - 1] = last === "" ? word : `${last} ${word}`;
    }
    return broken;
  });
  return lines.map((line) => `${" ".repeat(spaces)}${`# ${line}`.trimEnd()}\n`).join("");
}

/** A scalar as YAML: a block when it has several lines or holds what YAML would read otherwise. */
function scalar(key: string, text: string, spaces: number): string {
  const pad = " ".repeat(spaces);
  const plain = /^[A-Za-z(][^\n]*$/.test(text) && !/: |: ?$| #|^(true|false|null|yes|no)$/.test(text);
  if (plain && pad.length + key.length + 2 + text.length <= WIDTH) return `${pad}${key}: ${text}\n`;
  return `${pad}${key}: |-\n${indent(text, spaces + 2)}\n`;
}

function renderRecording({ record, expr, labels }: RecordingRule): string {
  const pairs = Object.entries(labels ?? {}).map(([label, value]) => `${label}: "${value}"`);
  return [
    `      - record: ${record}\n`,
    scalar("expr", expr, 8),
    pairs.length === 0 ? "" : `        labels: { ${pairs.join(", ")} }\n`,
  ].join("");
}

function renderAlert(rule: AlertRule, place: Place): string {
  const { alert, expr, summary, description } = rule;
  const annotations = { summary, description, ...place.links(alert, rule.labels) };
  const labels = { ...rule.labels, severity: place.severities[rule.labels.severity] };
  return [
    `      - alert: ${alert}\n`,
    scalar("expr", expr, 8),
    `        for: ${rule.for}\n`,
    rule.keepFiringFor === undefined ? "" : `        keep_firing_for: ${rule.keepFiringFor}\n`,
    "        labels:\n",
    ...Object.entries(labels).map(([label, value]) => scalar(label, value, 10)),
    "        annotations:\n",
    ...Object.entries(annotations).map(([key, text]) => scalar(key, text, 10)),
  ].join("");
}

function renderRule(rule: Rule, place: Place): string {
  const above = rule.comment === undefined ? "" : comment(rule.comment, 6);
  return above + ("record" in rule ? renderRecording(rule) : renderAlert(rule, place));
}

function renderGroup({ name, rules }: Group, place: Place): string {
  const gap = rules.some((rule) => "alert" in rule) ? "\n" : "";
  return `  - name: ${name}\n    rules:\n${rules.map((rule) => renderRule(rule, place)).join(gap)}`;
}

/** The annotations with addresses that an alert bears: its runbook, and the dashboards that show more. */
export type Links = (alert: string, labels: AlertRule["labels"]) => Readonly<Record<string, string>>;

/** What about an alert depends on where it is used. */
export interface Place {
  /** The value of the label severity for each of ours. */
  readonly severities: Readonly<Record<Severity, string>>;
  readonly links: Links;
}

/** A file of rules as YAML that people can read. */
export function renderRuleFile({ comment: head, groups }: RuleFile, place: Place): string {
  const body = groups.map((group) => renderGroup(group, place)).join("\n");
  return `${comment(`${head}\n\n${GENERATED}`, 0)}groups:\n${body}`;
}

/** Several files of rules as one, with what is said of each before its first group. */
export function renderOneFile(files: readonly RuleFile[], place: Place): string {
  const bodies = files.map(
    ({ comment: head, groups }) => comment(head, 2) + groups.map((group) => renderGroup(group, place)).join("\n"),
  );
  return `groups:\n${bodies.join("\n")}`;
}
