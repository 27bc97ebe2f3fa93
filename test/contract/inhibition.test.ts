import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Alertmanager, startAlertmanager } from "../support/alertmanager.ts";
import { eventually } from "../support/eventually.ts";
import { freeAddress } from "../support/free-port.ts";
import { areInstalled } from "../support/installed.ts";
import { alertRules } from "../support/rule-files.ts";
import { writeShippedStack } from "../support/shipped-stack.ts";
import { type Webhook, startWebhook } from "../support/webhook.ts";

const WAIT_MS = 60_000;

type Labels = Readonly<Record<string, string>>;
/** An alert by its name, without `Roboflow`, and what it is about. */
type About = readonly [name: string, labels?: Labels];

interface Case {
  readonly source: About;
  readonly target: About;
  readonly isHeld: boolean;
}

const IN_A = { labeler: "ann", project: "a" };
const IN_B = { labeler: "ann", project: "b" };
const OTHER_IN_A = { labeler: "bob", project: "a" };
/** Over all projects of the person. */
const POOLED = { labeler: "ann" };

const INSIGHTS = { source: "insights" };
const LEGACY = { source: "legacy" };

const held = (source: About, target: About): Case => ({ source, target, isHeld: true });
const free = (source: About, target: About): Case => ({ source, target, isHeld: false });

const CASES: readonly Case[] = [
  held(["LabelerApprovalBelowTarget", IN_A], ["LabelerApprovalFell", IN_A]),
  held(["LabelerApprovalBelowTarget", POOLED], ["LabelerApprovalFell", POOLED]),
  free(["LabelerApprovalBelowTarget", IN_A], ["LabelerApprovalFell", IN_B]),
  free(["LabelerApprovalBelowTarget", IN_A], ["LabelerApprovalFell", OTHER_IN_A]),
  held(["LabelerApprovalBelowTargetDigest", IN_A], ["LabelerApprovalFellDigest", IN_A]),
  held(["LabelerApprovalFell", IN_A], ["LabelerApprovalFellDigest", IN_A]),
  held(["LabelerApprovalFell", IN_A], ["LabelerApprovalBelowTargetDigest", IN_A]),
  free(["ProjectApprovalBelowTarget", { project: "a" }], ["LabelerApprovalBelowTarget", IN_A]),
  free(["ProjectApprovalFell", { project: "a" }], ["LabelerApprovalFell", IN_A]),
  held(["WorkspaceApprovalFell"], ["LabelerApprovalFell", IN_A]),
  held(["WorkspaceApprovalBelowTarget"], ["ProjectApprovalFell", { project: "a" }]),
  held(["WorkspaceLabelingStopped"], ["ProjectLabelingStopped", { project: "a" }]),
  held(["WorkspaceThroughputDropped"], ["LabelerIdle", POOLED]),
  held(["ApiKeyRejected", INSIGHTS], ["LabelerApprovalBelowTarget", IN_A]),
  held(["ApiKeyRejected", INSIGHTS], ["DataStale", INSIGHTS]),
  free(["ApiKeyRejected", LEGACY], ["DataStale", INSIGHTS]),
  held(["DataStale", INSIGHTS], ["WorkspaceLabelingStopped"]),
  free(["DataStale", LEGACY], ["WorkspaceLabelingStopped"]),
  held(["DataMissing"], ["DataStale", INSIGHTS]),
  free(["ApiKeyRejected", INSIGHTS], ["DataMissing"]),
];

/** An alert with the labels that its rule gives it. */
function alertOf([name, about = {}]: About): Labels {
  const rule = alertRules().find(({ alert }) => alert === `Roboflow${name}`);
  if (!rule) throw new Error(`Roboflow${name} is not an alert of ours`);
  const { severity, area, tier = "" } = rule.labels;
  return { alertname: rule.alert, severity, area, tier, ...about };
}

function textOf([name, about = {}]: About): string {
  return [name, ...Object.values(about)].join(" ");
}

/** Each case has a workspace of its own, so that all can be there at once. */
const PAIRS = CASES.map(({ source, target, isHeld }, index) => {
  const [workspace, verb] = [`w${index}`, isHeld ? "holds back" : "lets pass"];
  const alerts = { source: { ...alertOf(source), workspace }, target: { ...alertOf(target), workspace } };
  return [`${textOf(source)} ${verb} ${textOf(target)}`, { ...alerts, isHeld }] as const;
});

const installed = areInstalled("prometheus-alertmanager");

describe.skipIf(!installed)("the shipped alertmanager.yml, on a real Alertmanager", () => {
  const directory = mkdtempSync(join(tmpdir(), "roboflow-inhibition-"));
  let webhook: Webhook;
  let alertmanager: Alertmanager;

  const stateOf = async ({ alertname, workspace }: Labels) => {
    const alerts = await alertmanager.alerts();
    return alerts.find(({ labels }) => labels["alertname"] === alertname && labels["workspace"] === workspace)?.status
      .state;
  };

  beforeAll(async () => {
    webhook = await startWebhook();
    const address = await freeAddress();
    writeShippedStack(directory, { exporter: address, alertmanager: address, webhookUrl: webhook.url });
    alertmanager = await startAlertmanager(directory, address);
    await alertmanager.fire(PAIRS.flatMap(([, { source, target }]) => [source, target]));
  });

  afterAll(async () => {
    await alertmanager[Symbol.asyncDispose]();
    await webhook[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true });
  });

  test.each(PAIRS)("%s", async (_, { source, target, isHeld }) => {
    await eventually(async () => {
      expect(await stateOf(source)).toBe("active");
      expect(await stateOf(target)).toBe(isHeld ? "suppressed" : "active");
    }, WAIT_MS);
  });

  test("without any exporter, only what says so is let pass", async () => {
    await alertmanager.fire([alertOf(["ExporterAbsent"])]);
    await eventually(async () => {
      const active = (await alertmanager.alerts()).filter(({ status }) => status.state === "active");
      expect(new Set(active.map(({ labels }) => labels["alertname"]))).toEqual(
        new Set(["RoboflowExporterAbsent", "RoboflowDataMissing"]),
      );
    }, WAIT_MS);
  });
});
