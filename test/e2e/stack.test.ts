import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { calendarDay } from "../../src/calendar/windows.ts";
import { startSimulator, type Simulator } from "../../src/simulator/server.ts";
import { eventually } from "../support/eventually.ts";
import { writeHistory } from "../support/history.ts";
import { areInstalled } from "../support/installed.ts";
import { alertRules, recordingRules } from "../support/rule-files.ts";
import { type Stack, startStack } from "../support/running-stack.ts";
import type { ReceivedAlert } from "../support/webhook.ts";
import { testPanels } from "./panels.ts";

const LABELER = "Robin Fading";
const BELOW_TARGET = "RoboflowLabelerApprovalBelowTarget";
/** From the API's change to the message, `for` aside: up to eleven levels of rules take an evaluation each. */
const GREATEST_DELAY_MS = 240_000;
/** The same, and an exporter and an Alertmanager that take their time. */
const PATIENCE_MS = 400_000;

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

  /** What Alertmanager holds about the one whose approval falls. */
  const heldAboutFalling = async () =>
    (await stack.alertmanager.alerts()).filter(({ labels }) => labels["labeler"] === falling);

  beforeAll(async () => {
    simulator = await startSimulator({ ...world, port: 0, now: () => startMs });
    falling = simulator.workspaces[0]?.labelers.find(({ displayName }) => displayName === LABELER)?.id ?? "";
    // By chance alone somebody falls in one week of five; this week nobody shall.
    for (const { labelers } of simulator.workspaces) for (const { id } of labelers) approve(id, 1);
    stack = await startStack({
      exporter: {
        api: { url: simulator.url },
        // Three intervals are longer than a scrape and an evaluation take, or the data would pass for stale.
        poll: { interval: "15s", jitter: "0s", startup_spread: "0s" },
        people: { teams: { Crew: simulator.workspaces.flatMap(({ labelers }) => labelers.map(({ id }) => id)) } },
        workspaces: simulator.workspaces.map(({ name, apiKey }) => ({
          name,
          api_key: apiKey,
          approval_target: 0.9,
          legacy: true,
          cost_per_hour: 15,
          backlog: true,
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
      /^alerts-exporter\.yml: groups\.0\.rules\.5\.for: "5m" -> "0s"$/,
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
      // Falls and evidence are there only against somebody, and presence only for people on leave.
      const isOfSomebody = (name: string) => /:(?:fall_zscore|(?:fall|target)_evidence)$|_presence:ratio$/.test(name);
      // Forecasts need the backlog, and days of it.
      const isForecast = (name: string) =>
        /:roboflow_(?:images_left|images_uploaded|working_days_left|done_timestamp)|:of_workday$/.test(name);
      // Of reviews of today: at night there are none.
      const isOfToday = (name: string) => /_overdispersion:(?:excess|weight)$/.test(name);
      const mayBeAbsent = (name: string) => isOfSomebody(name) || isForecast(name) || isOfToday(name);
      const isMissing = (name: string) => !found.has(name) && !mayBeAbsent(name);
      expect([...names].filter(isMissing)).toEqual([]);
      expect([...found].filter((name) => name === undefined || !names.has(name))).toEqual([]);
    }, PATIENCE_MS);
  });

  testPanels(() => ({ simulator, stack, labeler: falling, today, patienceMs: PATIENCE_MS }));

  test("tell of the one labeler whose approval falls, by name, within four minutes", async () => {
    expect(aboutLabelers(0, "firing")).toEqual([]);
    const fellMs = Date.now();
    approve(falling, 0.6);
    const first = await eventually(() => {
      const [alert] = aboutLabelers(fellMs, "firing");
      if (!alert) throw new Error("nobody was reported");
      return alert;
    }, GREATEST_DELAY_MS);
    console.info(`from the API's change to the message: ${((first.atMs - fellMs) / 1000).toFixed(1)} s`);
    await eventually(() => {
      const reported = aboutLabelers(fellMs, "firing");
      expect(reported.map(({ labels }) => labels["alertname"])).toContain(BELOW_TARGET);
    }, PATIENCE_MS);
    const reported = aboutLabelers(fellMs, "firing");
    expect(new Set(reported.map(({ labels }) => labels["labeler_name"]))).toEqual(new Set([LABELER]));
    for (const { annotations, receiver } of reported) {
      expect(receiver).toBe("annotation");
      expect(annotations["summary"]).toMatch(new RegExp(`^${LABELER}, .+: \\d+(\\.\\d)?% approved in review, `));
      expect(annotations["description"]).not.toContain(falling);
    }
  });

  test("hold back what else there is to say about that labeler in that project", async () => {
    const [ticket] = aboutLabelers(0, "firing").filter(({ labels }) => labels["alertname"] === BELOW_TARGET);
    await eventually(async () => {
      const held = (await heldAboutFalling()).filter(({ labels }) => labels["project"] === ticket?.labels["project"]);
      const states = held.map(({ labels, status }) => [labels["alertname"], status.state]);
      // The digest's alert is always there: it takes less of the same evidence.
      expect(states.map(([name]) => name)).toContain(`${BELOW_TARGET}Digest`);
      expect(states).toEqual(states.map(([name]) => [name, name === BELOW_TARGET ? "active" : "suppressed"]));
    }, PATIENCE_MS);
  });

  test("tell of a rejected key, and hold back what is said of people's work", async () => {
    expect((await heldAboutFalling()).length).toBeGreaterThan(0);
    keyRejectedMs = Date.now();
    simulator.setFaults([{ status: 401 }]);
    const reported = await eventually(() => {
      const alerts = stack.webhook.received.filter(
        ({ atMs, labels }) => atMs >= keyRejectedMs && labels["alertname"] === "RoboflowApiKeyRejected",
      );
      expect(new Set(alerts.map(({ labels }) => labels["workspace"]))).toEqual(
        new Set(["aerial-survey", "harbor-vision"]),
      );
      return alerts;
    }, PATIENCE_MS);
    expect(reported[0]).toMatchObject({
      receiver: "operators",
      labels: { reason: "unauthorized", severity: "warning" },
    });
    const held = await eventually(async () => {
      const alerts = await heldAboutFalling();
      expect(alerts.map(({ status }) => status.state)).toEqual(alerts.map(() => "suppressed"));
      return alerts;
    }, PATIENCE_MS);
    const cause = (await stack.alertmanager.alerts()).find(
      ({ labels }) => labels["alertname"] === "RoboflowApiKeyRejected" && labels["workspace"] === "aerial-survey",
    );
    expect(held.length).toBeGreaterThan(0);
    for (const { status } of held) expect(status.inhibitedBy).toContain(cause?.fingerprint);
  });

  test("say that the key works again, and let go of what was held back", async () => {
    simulator.setFaults([]);
    await eventually(() => {
      const reported = stack.webhook.received.filter(({ labels }) => labels["alertname"] === "RoboflowApiKeyRejected");
      expect(reported.map(({ status }) => status).toSorted()).toEqual(["firing", "firing", "resolved", "resolved"]);
    }, PATIENCE_MS);
    await eventually(async () => {
      const states = (await heldAboutFalling()).map(({ labels, status }) => [labels["alertname"], status.state]);
      expect(states).toContainEqual([BELOW_TARGET, "active"]);
    }, PATIENCE_MS);
  });

  test("tell when the labeler's approval has recovered, and have said nothing twice until then", async () => {
    const recoveredMs = Date.now();
    const about = (alerts: readonly ReceivedAlert[]) =>
      alerts.filter(({ labels }) => labels["alertname"] === BELOW_TARGET).map(({ labels }) => labels["project"]);
    approve(falling, 1);
    await eventually(() => {
      expect(about(aboutLabelers(recoveredMs, "resolved"))).not.toEqual([]);
    }, PATIENCE_MS);
    // What was held back and let go would have been said by now, before its end.
    expect(about(aboutLabelers(keyRejectedMs, "firing"))).toEqual([]);
    expect(stack.webhook.received.every(({ labels }) => (labels["labeler"] ?? falling) === falling)).toBe(true);
  });
});
