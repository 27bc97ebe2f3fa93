import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays, calendarDay } from "../../src/calendar/windows.ts";
import { startSimulator, type Simulator } from "../../src/simulator/server.ts";
import { PANEL_QUERIES } from "../../grafana/src/queries.ts";
import { eventually } from "../support/eventually.ts";
import { writeHistory } from "../support/history.ts";
import { areInstalled } from "../support/installed.ts";
import { answerOf, panelQuery, problemsOf } from "../support/panel-answers.ts";
import type { Series } from "../support/prometheus.ts";
import { alertRules, recordingRules } from "../support/rule-files.ts";
import { type Stack, startStack } from "../support/running-stack.ts";
import { sumBy, type TrueRow, truthOf, truthOfWindow } from "../support/simulated-truth.ts";
import type { ReceivedAlert } from "../support/webhook.ts";

const WORKSPACE = "aerial-survey";
const PROJECT = "Rooftop Panels";
const LABELER = "Robin Fading";
const SYSTEM_LABELER = "autolabelservice";
const WINDOWS = ["today", "7d", "14d", "28d", "all"] as const;
/** From the API's change to the message, `for` aside: up to eleven levels of rules take an evaluation each. */
const GREATEST_DELAY_MS = 240_000;
/** The same, and an exporter and an Alertmanager that take their time. */
const PATIENCE_MS = 400_000;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const installed = areInstalled("prometheus", "promtool", "prometheus-alertmanager");

describe.skipIf(!installed)("the shipped configuration and rules on a real Prometheus and Alertmanager", () => {
  // The simulated world stands still, so that what was polled and what is asked later are the same.
  const startMs = Date.now();
  // The days go on, as the exporter's do: a test may run over midnight.
  const today = () => calendarDay(Date.now(), "UTC");
  const world = { seed: 1, scenario: "healthy" } as const;
  let simulator: Simulator;
  let stack: Stack;
  let falling: string;
  let keyRejectedMs: number;

  const approve = (labeler: string, ratio: number) => {
    simulator.setApproval(labeler, ratio);
  };

  /** Messages about labelers that came in since then. */
  const aboutLabelers = (sinceMs: number, status: ReceivedAlert["status"]) =>
    stack.webhook.received.filter(
      (alert) => alert.atMs >= sinceMs && alert.status === status && alert.labels["labeler"] !== undefined,
    );

  /** The variables as a reader of the dashboards would choose them: ids behind the names. */
  const chosen = (window: string) => ({
    workspace: WORKSPACE,
    project: simulator.workspaces[0]?.projects[0]?.id ?? "",
    labeler: falling,
    window,
  });

  const panel = (dashboard: string, title: string, refId: string, window: string): Promise<Series[]> =>
    answerOf(stack.prometheus, panelQuery(dashboard, title, refId), chosen(window), Date.now() / 1000);

  /** The latest value of each series by one of its labels. */
  const valuesBy = (series: readonly Series[], label: string) =>
    new Map(series.map(({ metric, points }) => [metric[label] ?? "", points.at(-1)?.value]));

  /** What the API itself says of each workspace, asked past the exporter. */
  const truthsOf = (window: string) =>
    Promise.all(
      simulator.workspaces.map(async ({ name }) => ({
        name,
        ...(await truthOfWindow(simulator, name, window, today())),
      })),
    );

  beforeAll(async () => {
    simulator = await startSimulator({ ...world, port: 0, now: () => startMs });
    falling = simulator.workspaces[0]?.labelers.find(({ displayName }) => displayName === LABELER)?.id ?? "";
    // By chance alone somebody falls in one week of five; this week nobody shall.
    for (const { labelers } of simulator.workspaces) for (const { id } of labelers) approve(id, 1);
    stack = await startStack({
      exporter: {
        api: { url: simulator.url },
        // Three intervals are longer than a scrape and an evaluation take, or the data would pass for stale.
        poll: { interval: "15s", jitter: "0s" },
        workspaces: simulator.workspaces.map(({ name, apiKey }) => ({
          name,
          api_key: apiKey,
          approval_target: 0.9,
          legacy: true,
        })),
      },
      fill: (directory, target) => writeHistory(directory, { world, hours: 50, endMs: startMs, target }),
    });
  });

  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await simulator.close();
  });

  test("differ from what is shipped in addresses, working hours and waiting times only", () => {
    const allowed = [
      /^prometheus\.yml: scrape_configs\.0\.static_configs\.0\.targets\.0: "127\.0\.0\.1:17626" -> /,
      /^prometheus\.yml: alerting\.alertmanagers\.0\.static_configs\.0\.targets\.0: "127\.0\.0\.1:9093" -> /,
      /^alertmanager\.yml: receivers\.\d\.webhook_configs\.0\.url: "http:\/\/127\.0\.0\.1:9099\/(\w+)" -> "http:\/\/127\.0\.0\.1:\d+\/\1"$/,
      /^alertmanager\.yml: time_intervals\.0\.time_intervals\.0\./,
      /^alertmanager\.yml: route\.group_interval: "5m" -> "5s"$/,
      /^alerts-quality\.yml: groups\.0\.rules\.\d+\.(for|keep_firing_for): "([12]h|[13]d)" -> "0s"$/,
      /^alerts-exporter\.yml: groups\.0\.rules\.4\.for: "5m" -> "0s"$/,
    ];
    expect(stack.changes.filter((change) => !allowed.some((pattern) => pattern.test(change)))).toEqual([]);
    expect(allowed.filter((pattern) => !stack.changes.some((change) => pattern.test(change)))).toEqual([]);
  });

  test("have every rule loaded, evaluated and healthy", async () => {
    const names = [...recordingRules().map((rule) => rule.record), ...alertRules().map((rule) => rule.alert)];
    await eventually(async () => {
      const rules = await stack.prometheus.rules();
      expect(rules.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
      const unhealthy = rules.filter((rule) => rule.health !== "ok" || rule.lastError !== undefined);
      expect(unhealthy).toEqual([]);
    }, PATIENCE_MS);
  });

  test("record every series of the recording rules", async () => {
    const names = new Set(recordingRules().map((rule) => rule.record));
    await eventually(async () => {
      const recorded = await stack.prometheus.query('count by (__name__) ({__name__=~".+:.+"})', Date.now() / 1000);
      const found = new Set(recorded.map(({ metric }) => metric["__name__"]));
      // Falls and evidence are there only against somebody.
      const isOfFalls = (name: string) => /:(?:fall_zscore|(?:fall|target)_evidence)$/.test(name);
      expect([...names].filter((name) => !found.has(name) && !isOfFalls(name))).toEqual([]);
      expect([...found].filter((name) => name === undefined || !names.has(name))).toEqual([]);
    }, PATIENCE_MS);
  });

  test("answer every query of every panel, within the bounds of its unit", async () => {
    const cases = PANEL_QUERIES.flatMap((query) =>
      (query.expr.includes("$window") ? WINDOWS : (["7d"] as const)).map((window) => ({ query, window })),
    );
    await eventually(async () => {
      const problems: string[] = [];
      // On a day off, nobody has done anything today.
      for (const { query, window } of cases)
        problems.push(...(await problemsOf(stack.prometheus, query, chosen(window), window === "today")));
      expect(problems).toEqual([]);
    }, PATIENCE_MS);
    console.info(`${PANEL_QUERIES.length} queries of panels, ${cases.length} with their windows`);
  });

  test.each(["7d", "28d", "all"])("show the truth about the workspaces in the window %s", async (window) => {
    const sole = async (title: string) => (await panel("roboflow-overview", title, "A", window))[0]?.points[0]?.value;
    await eventually(async () => {
      const truths = await truthsOf(window);
      expect(await sole("Unique images")).toBe(sum(truths.map(({ stats }) => stats.numImagesLabeled)));
      expect(await sole("Boxes drawn")).toBe(sum(truths.map(({ stats }) => stats.numBoxesDrawn)));
      const approval = valuesBy(await panel("roboflow-overview", "First-pass approval", "A", window), "workspace");
      for (const { name, stats } of truths) expect(approval.get(name)).toBeCloseTo(stats.approvalRate / 100, 9);
    }, PATIENCE_MS);
  });

  test.each(["7d", "28d", "all"])("show the truth in the table of projects in the window %s", async (window) => {
    const column = async (refId: string) =>
      valuesBy(await panel("roboflow-overview", "Projects", refId, window), "project_name");
    await eventually(async () => {
      const rows = (await truthsOf(window)).flatMap(({ data }) => data);
      const reviewed = rows.filter(({ approved }) => approved !== undefined);
      const ofProject = (some: typeof rows, valueOf: (row: TrueRow) => number) =>
        sumBy(some, (row) => row.projectName, valueOf);
      const decisions = ofProject(reviewed, ({ approved = 0, rejected = 0 }) => approved + rejected);
      expect(await column("A")).toEqual(ofProject(rows, (row) => row.imagesLabeled));
      expect(await column("C")).toEqual(ofProject(rows, (row) => row.boxesDrawn));
      expect(await column("E")).toEqual(decisions);
      const share = await column("F");
      for (const [name, approved] of ofProject(reviewed, (row) => row.approved ?? 0))
        expect(share.get(name)).toBeCloseTo(approved / (decisions.get(name) ?? NaN), 9);
    }, PATIENCE_MS);
  });

  test.each(["7d", "28d", "all"])("show the truth in a project's table of labelers, window %s", async (window) => {
    const column = async (refId: string) =>
      valuesBy(await panel("roboflow-project", "People in the project", refId, window), "labeler");
    await eventually(async () => {
      const rows = (await truthsOf(window))
        .flatMap(({ data }) => data)
        .filter(({ projectName, labelerId }) => projectName === PROJECT && labelerId !== SYSTEM_LABELER);
      const ofLabeler = (valueOf: (row: TrueRow) => number) => sumBy(rows, (row) => row.labelerId, valueOf);
      expect(await column("A")).toEqual(ofLabeler((row) => row.imagesLabeled));
      expect(await column("C")).toEqual(ofLabeler((row) => row.boxesDrawn));
      const approval = await column("E");
      for (const { labelerId, approvalRate = NaN, approved = 0, rejected = 0 } of rows)
        if (approved + rejected > 0) expect(approval.get(labelerId)).toBeCloseTo(approvalRate / 100, 9);
        else expect(approval.has(labelerId)).toBe(false);
    }, PATIENCE_MS);
  });

  test("show the truth in the table of people, all their projects together", async () => {
    const column = async (refId: string) =>
      valuesBy(await panel("roboflow-labelers", "Who labels how much, and how well", refId, "7d"), "labeler");
    await eventually(async () => {
      const rows = (await truthsOf("7d"))
        .flatMap(({ data }) => data)
        .filter(({ labelerId }) => labelerId !== SYSTEM_LABELER);
      const ofPerson = (valueOf: (row: TrueRow) => number) => sumBy(rows, (row) => row.labelerId, valueOf);
      const images = await column("B");
      for (const [labeler, count] of ofPerson((row) => row.imagesLabeled)) expect(images.get(labeler)).toBe(count);
      expect(images.has(SYSTEM_LABELER)).toBe(false);
      expect(await column("F")).toEqual(ofPerson(({ approved = 0, rejected = 0 }) => approved + rejected));
    }, PATIENCE_MS);
  });

  test("tell people of one name apart", async () => {
    await eventually(async () => {
      const rows = await panel("roboflow-labelers", "Who labels how much, and how well", "C", "7d");
      const names = rows
        .map(({ metric }) => metric["labeler_name"] ?? "")
        .filter((name) => name.startsWith("Sam Sample"));
      expect(new Set(names).size).toBe(2);
    }, PATIENCE_MS);
  });

  test("show yesterday's work as a bar of its own, exactly", async () => {
    const yesterday = addDays(today(), -1);
    const { data } = await truthOf(simulator, WORKSPACE, yesterday, yesterday);
    const bars = await panel("roboflow-overview", "Images labeled per day, by project", "A", "7d");
    const truth = sumBy(
      data,
      (row) => row.projectName,
      (row) => row.imagesLabeled,
    );
    // The simulator's project that rests has always rested for as long: its past moves along, and with it its bars.
    const ofYesterday = bars.flatMap(({ metric: { workspace, project_name: name = "" }, points }) => {
      const bar = points.find(({ time }) => time === Date.parse(yesterday) / 1000);
      return workspace === WORKSPACE && truth.has(name) ? [[name, bar?.value] as const] : [];
    });
    expect(new Map(ofYesterday)).toEqual(truth);
  });

  test("tell of the one labeler whose approval falls, by name, within four minutes", async () => {
    expect(aboutLabelers(0, "firing")).toEqual([]);
    const fellMs = Date.now();
    approve(falling, 0.6);
    const first = await eventually(() => {
      const [alert] = aboutLabelers(fellMs, "firing");
      if (!alert) throw new Error("nobody was told");
      return alert;
    }, GREATEST_DELAY_MS);
    console.info(`from the API's change to the message: ${((first.atMs - fellMs) / 1000).toFixed(1)} s`);
    await eventually(() => {
      const told = aboutLabelers(fellMs, "firing");
      expect(told.map(({ labels }) => labels["alertname"])).toContain("RoboflowLabelerApprovalBelowTarget");
    }, PATIENCE_MS);
    const told = aboutLabelers(fellMs, "firing");
    expect(new Set(told.map(({ labels }) => labels["labeler_name"]))).toEqual(new Set([LABELER]));
    for (const { annotations, receiver } of told) {
      expect(receiver).toBe("annotation");
      expect(annotations["summary"]).toMatch(new RegExp(`^${LABELER}, .+: \\d+(\\.\\d)?% approved in review, `));
      expect(annotations["description"]).not.toContain(falling);
    }
  });

  test("tell of a rejected key, and hold back what is said of people's work", async () => {
    const ofLabeler = async () =>
      (await stack.alertmanager.alerts()).filter(({ labels }) => labels["labeler"] === falling);
    expect((await ofLabeler()).length).toBeGreaterThan(0);
    keyRejectedMs = Date.now();
    simulator.setFaults([{ status: 401 }]);
    const told = await eventually(() => {
      const alerts = stack.webhook.received.filter(
        ({ atMs, labels }) => atMs >= keyRejectedMs && labels["alertname"] === "RoboflowApiKeyRejected",
      );
      expect(new Set(alerts.map(({ labels }) => labels["workspace"]))).toEqual(
        new Set(["aerial-survey", "harbor-vision"]),
      );
      return alerts;
    }, PATIENCE_MS);
    expect(told[0]).toMatchObject({ receiver: "operators", labels: { reason: "unauthorized", severity: "warning" } });
    const held = await eventually(async () => {
      const alerts = await ofLabeler();
      expect(alerts.map(({ status }) => status.state)).toEqual(alerts.map(() => "suppressed"));
      return alerts;
    }, PATIENCE_MS);
    const cause = (await stack.alertmanager.alerts()).find(
      ({ labels }) => labels["alertname"] === "RoboflowApiKeyRejected" && labels["workspace"] === WORKSPACE,
    );
    expect(held.length).toBeGreaterThan(0);
    for (const { status } of held) expect(status.inhibitedBy).toContain(cause?.fingerprint);
  });
});
