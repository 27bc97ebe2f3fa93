import { DEFAULTS } from "../../src/rules/parameters.ts";
import { renderRules, ruleFiles } from "../../src/rules/rules.ts";
import { oracle } from "./cusum.ts";
import { gauges, type Sampling } from "./gauges.ts";
import { judge, type Subject, type Verdict, WITHIN } from "./judge.ts";
import { NAIVE_RULES } from "./naive.ts";
import { evaluate, type Firing, type Rules } from "./promtool.ts";
import { type Recipe, simulate, type World } from "./world.ts";

const SEED = Number(process.env["SEED"] ?? 1);
/** Each run of promtool takes one core. */
const AT_ONCE = 2;

/** The oracle's threshold: about one false alarm in 100 labeler-months. */
const ORACLE = 7;

const WORLDS = Number(process.env["WORLDS"] ?? 8);
const QUALITY: Sampling = {
  everyHours: 12,
  firstHour: 8,
  labeled: ["28d"],
  reviewed: ["7d", "14d", "28d", "all", "today"],
  calendar: false,
};
const OUTPUT: Sampling = {
  everyHours: 1,
  firstHour: 0,
  labeled: ["today", "7d", "14d", "28d"],
  reviewed: [],
  calendar: true,
};
const REVIEW: Sampling = {
  everyHours: 12,
  firstHour: 8,
  labeled: ["today", "7d", "14d", "28d"],
  reviewed: ["7d", "28d"],
  calendar: false,
};

const FELL = { level: "labeler", finds: ["fall"] } as const;
const BELOW = { ...FELL, target: true } as const;

const QUALITY_SUBJECTS: readonly Subject[] = [
  { alert: "RoboflowLabelerApprovalFell", ...FELL },
  { alert: "RoboflowLabelerApprovalBelowTarget", ...BELOW },
  { alert: "tickets", ...BELOW },
  { alert: "RoboflowLabelerApprovalFellDigest", ...FELL },
  { alert: "RoboflowLabelerApprovalBelowTargetDigest", ...BELOW },
  { alert: "digest", ...BELOW },
  { alert: "NaiveLabelerFell", ...FELL },
  { alert: "NaiveLabelerBelowTarget", ...BELOW },
  { alert: "oracle CUSUM", ...FELL },
  { alert: "RoboflowProjectApprovalFell", level: "project", finds: [] },
  { alert: "RoboflowProjectApprovalBelowTarget", level: "project", finds: [] },
  { alert: "RoboflowWorkspaceApprovalFell", level: "workspace", finds: [] },
  { alert: "RoboflowWorkspaceApprovalBelowTarget", level: "workspace", finds: [] },
];

const OUTPUT_SUBJECTS: readonly Subject[] = [
  { alert: "RoboflowWorkspaceLabelingStopped", level: "workspace", finds: ["stop"] },
  { alert: "RoboflowWorkspaceThroughputDropped", level: "workspace", finds: ["stop"] },
  { alert: "RoboflowProjectLabelingStopped", level: "project", finds: ["stop"] },
  { alert: "RoboflowProjectThroughputDropped", level: "project", finds: ["drop"], leaves: ["stop"] },
  { alert: "RoboflowLabelerIdle", level: "labeler", finds: ["gone"] },
  { alert: "NaiveProjectStopped", level: "project", finds: ["stop"] },
  { alert: "NaiveProjectDropped", level: "project", finds: ["drop"], leaves: ["stop"] },
];

const REVIEW_SUBJECTS: readonly Subject[] = [
  { alert: "RoboflowProjectReviewBacklog", level: "project", finds: ["backlog"] },
];

/** Alerts that are one message to a reader: the tier as a whole. */
const TIERS: Readonly<Record<string, readonly string[]>> = {
  tickets: ["RoboflowLabelerApprovalFell", "RoboflowLabelerApprovalBelowTarget"],
  digest: ["RoboflowLabelerApprovalFellDigest", "RoboflowLabelerApprovalBelowTargetDigest"],
};

function withTiers(firing: Firing): Firing {
  const all = new Map(firing);
  for (const [tier, alerts] of Object.entries(TIERS))
    for (const [key, ticks] of firing) {
      const [alert = "", unit = ""] = key.split(" ");
      if (!alerts.includes(alert)) continue;
      const name = `${tier} ${unit}`;
      all.set(
        name,
        [...new Set([...(all.get(name) ?? []), ...ticks])].toSorted((a, b) => a - b),
      );
    }
  return all;
}

function rulesFor(wanted: (file: string) => boolean): Rules {
  const parameters = { ...DEFAULTS, ...(JSON.parse(process.env["PARAMETERS"] ?? "{}") as object) };
  const files = [...renderRules(parameters)].filter(([file]) => wanted(file));
  const groups = ruleFiles(parameters)
    .filter(({ file }) => wanted(file))
    .flatMap(({ groups }) => groups.map(({ name }) => name));
  return { files: new Map([...files, ["naive.yml", NAIVE_RULES]]), groups: [...groups, "naive"] };
}

async function inTurn<In, Out>(items: readonly In[], act: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await act(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

type Played = readonly [World, Firing];

async function play(recipe: Recipe, sampling: Sampling, rules: Rules): Promise<Played> {
  const started = Date.now();
  const world = simulate(recipe);
  const firing = withTiers(await evaluate(rules, gauges(world, sampling), sampling.everyHours));
  console.error(`seed ${recipe.seed}: ${Math.round((Date.now() - started) / 1000)} s`);
  return [world, new Map([...firing, ...oracle(world, ORACLE, sampling.everyHours)])];
}

const percent = (share: number) => (Number.isFinite(share) ? `${Math.round(100 * share)} %` : "–");

function row({ alert, faults, unitMonths, falsePer100, found, medianDelay, precision, reopened }: Verdict): string {
  const cells = [
    alert,
    `${falsePer100.toFixed(1)} (${unitMonths.toFixed(0)})`,
    faults === 0 ? "–" : `${found.map((share) => Math.round(100 * share)).join(" / ")} % (${faults})`,
    medianDelay ?? "–",
    faults === 0 ? "–" : percent(precision),
    percent(reopened),
  ];
  return `| ${cells.join(" | ")} |`;
}

function table(title: string, verdicts: readonly Verdict[]): string {
  return `### ${title}

| alert | false per 100 unit-months (of) | found within ${WITHIN.join(" / ")} working days (faults) | median delay | precision | reopened |
| --- | --- | --- | --- | --- | --- |
${verdicts.map(row).join("\n")}
`;
}

interface Scene {
  readonly name: string;
  readonly title: string;
  readonly sampling: Sampling;
  readonly rho: number;
  readonly faults: Recipe["faults"];
  readonly subjects: readonly Subject[];
  readonly files: RegExp;
}

const quality = {
  sampling: QUALITY,
  faults: "quality",
  subjects: QUALITY_SUBJECTS,
  files: /approval|names|quality/,
} as const;
const output = { rho: 0.02, faults: "output", files: /output|names/ } as const;

const SCENES: readonly Scene[] = [
  { ...quality, name: "quality-2", title: "Approvals, rho 0.02", rho: 0.02 },
  { ...quality, name: "quality-5", title: "Approvals, rho 0.05", rho: 0.05 },
  { ...output, name: "output", title: "Output, with a calendar", sampling: OUTPUT, subjects: OUTPUT_SUBJECTS },
  {
    ...output,
    ...{ name: "output-leave", title: "Output, with a calendar that knows who is on leave" },
    ...{ sampling: { ...OUTPUT, leave: true }, subjects: OUTPUT_SUBJECTS },
  },
  {
    ...output,
    ...{ name: "output-plain", title: "Output, without a calendar" },
    ...{ sampling: { ...OUTPUT, calendar: false }, subjects: OUTPUT_SUBJECTS },
  },
  {
    ...output,
    ...{ name: "review", title: "Review", sampling: REVIEW, subjects: REVIEW_SUBJECTS },
    files: /output|names|approval|shares/,
  },
];

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  for (const { name, title, sampling, rho, faults, subjects, files } of SCENES) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const rules = rulesFor((file) => files.test(file));
    const labelersPerWorkspace = faults === "quality" ? 30 : 20;
    const recipes = Array.from({ length: WORLDS }, (_, index) => ({
      ...{ seed: SEED * 1000 + index, rho, workspaces: 2, labelersPerWorkspace, faults },
    }));
    const played = await inTurn(recipes, (recipe) => play(recipe, sampling, rules));
    console.info(
      table(
        title,
        subjects.map((one) => judge(played, one, sampling.everyHours)),
      ),
    );
  }
}

await main();
