import type { Examination } from "./examine.ts";
import { type Finding, NOT_ASKED, type Verdict } from "../sources/checks.ts";

const VERDICTS: readonly Verdict[] = ["problem", "ok", "info", "unknown"];
const VERDICT_WIDTH = 9;

function nameOf({ workspace }: Examination): string {
  return workspace ?? "the API key's own workspace";
}

function findingLines({ verdict, topic, seen, setting, details = [] }: Finding, width: number): string[] {
  const indent = " ".repeat(VERDICT_WIDTH + width);
  return [
    `${verdict.padEnd(VERDICT_WIDTH)}${topic.padEnd(width)}${seen}`,
    ...details.map((detail) => `${indent}  ${detail}`),
    ...(setting === undefined ? [] : [`${indent}→ ${setting}`]),
  ];
}

/** What could not be asked, in one line: that it could not has one reason. */
function unaskedLines(findings: readonly Finding[], width: number): string[] {
  const topics = findings.filter(({ isUnasked }) => isUnasked).map(({ topic }) => topic);
  if (topics.length === 0) return [];
  return [
    `${NOT_ASKED.verdict.padEnd(VERDICT_WIDTH)}${"the others".padEnd(width)}${NOT_ASKED.seen}: ${topics.join(", ")}`,
  ];
}

function countText(findings: readonly Finding[]): string {
  const counts = VERDICTS.map((verdict) => [verdict, findings.filter((one) => one.verdict === verdict).length]);
  return counts.map(([verdict, count]) => `${count} ${verdict}`).join(", ");
}

/** The table of one workspace, for people. */
export function renderTable(examination: Examination): string {
  const { url, findings, requests } = examination;
  const width = 2 + Math.max(...findings.map(({ topic }) => topic.length));
  const lines = findings.filter(({ isUnasked }) => !isUnasked).flatMap((finding) => findingLines(finding, width));
  const head = `workspace ${nameOf(examination)}, ${url}`;
  return [
    head,
    "",
    ...lines,
    ...unaskedLines(findings, width),
    "",
    `${countText(findings)}; ${requests} requests`,
    "",
    "",
  ].join("\n");
}

/** All workspaces as one JSON document, for programs. */
export function renderJson(examinations: readonly Examination[]): string {
  const document = {
    workspaces: examinations.map(({ workspace, url, findings, requests }) => ({
      workspace: workspace ?? null,
      url,
      findings: findings.map(({ topic, question, verdict, seen, setting, details }) => ({
        ...{ topic, question, verdict, seen, setting: setting ?? null },
        ...(details ? { details } : {}),
      })),
      requests,
    })),
    requests: examinations.reduce((sum, { requests }) => sum + requests, 0),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** 0 good, 1 problems found, 2 when none of the workspaces could be asked. */
export function exitCodeOf(examinations: readonly Examination[]): number {
  if (!examinations.some(({ isAnswered }) => isAnswered)) return 2;
  return Number(examinations.some(({ findings }) => findings.some(({ verdict }) => verdict === "problem")));
}
