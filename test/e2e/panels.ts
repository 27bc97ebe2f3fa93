import { expect, test } from "vitest";
import { PANEL_QUERIES } from "../support/panel-queries.ts";
import { addDays } from "../../src/calendar/windows.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { eventually } from "../support/eventually.ts";
import { answerOf, panelQuery, problemsOf } from "../support/panel-answers.ts";
import type { Series } from "../support/prometheus.ts";
import type { Stack } from "../support/running-stack.ts";
import { sumBy, type TrueRow, truthOf, truthOfWindow } from "../support/simulated-truth.ts";

const WORKSPACE = "aerial-survey";
const PROJECT = "Rooftop Panels";
const SYSTEM_LABELER = "autolabelservice";
const PEOPLE = "Who labels how much, and how well";
const RANKING = "Who labeled how much, and how much of it was approved";
const WINDOWS = ["today", "7d", "14d", "28d", "all"] as const;

/** What runs when the tests do. */
export interface Scene {
  readonly simulator: Simulator;
  readonly stack: Stack;
  /** The one whom a reader has chosen. */
  readonly labeler: string;
  readonly today: () => string;
  readonly patienceMs: number;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Tests of the dashboards' panels on a running stack, for a file that shares it with other tests. */
export function testPanels(scene: () => Scene): void {
  /** The variables as a reader of the dashboards would choose them: ids behind the names. */
  const chosen = (window: string) => ({
    workspace: WORKSPACE,
    project: scene().simulator.workspaces[0]?.projects[0]?.id ?? "",
    labeler: scene().labeler,
    window,
  });

  const panel = (dashboard: string, title: string, refId: string, window: string): Promise<Series[]> =>
    answerOf(scene().stack.prometheus, panelQuery(dashboard, title, refId), chosen(window), Date.now() / 1000);

  /** The latest value of each series by one of its labels. */
  const valuesBy = (series: readonly Series[], label: string) =>
    new Map(series.map(({ metric, points }) => [metric[label] ?? "", points.at(-1)?.value]));

  /** What the API itself says of each workspace, asked past the exporter. */
  const truthsOf = (window: string) =>
    Promise.all(
      scene().simulator.workspaces.map(async ({ name }) => ({
        name,
        ...(await truthOfWindow(scene().simulator, name, window, scene().today())),
      })),
    );

  test("answer every query of every panel, within the bounds of its unit", async () => {
    const cases = PANEL_QUERIES.flatMap((query) =>
      (query.expr.includes("$window") ? WINDOWS : (["7d"] as const)).map((window) => ({ query, window })),
    );
    await eventually(async () => {
      const problems: string[] = [];
      // On a day off, nobody has done anything today.
      for (const { query, window } of cases)
        problems.push(...(await problemsOf(scene().stack.prometheus, query, chosen(window), window === "today")));
      expect(problems).toEqual([]);
    }, scene().patienceMs);
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
    }, scene().patienceMs);
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
    }, scene().patienceMs);
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
    }, scene().patienceMs);
  });

  test("show the truth in the table of people, all their projects together", async () => {
    const column = async (refId: string) => valuesBy(await panel("roboflow-labelers", PEOPLE, refId, "7d"), "labeler");
    await eventually(async () => {
      const rows = (await truthsOf("7d"))
        .flatMap(({ data }) => data)
        .filter(({ labelerId }) => labelerId !== SYSTEM_LABELER);
      const ofPerson = (valueOf: (row: TrueRow) => number) => sumBy(rows, (row) => row.labelerId, valueOf);
      const images = await column("B");
      for (const [labeler, count] of ofPerson((row) => row.imagesLabeled)) expect(images.get(labeler)).toBe(count);
      expect(images.has(SYSTEM_LABELER)).toBe(false);
      expect(await column("F")).toEqual(ofPerson(({ approved = 0, rejected = 0 }) => approved + rejected));
    }, scene().patienceMs);
  });

  test("show managers what people did in 7 days, and a share only where enough was reviewed", async () => {
    const column = (refId: string) => panel("roboflow-manager", RANKING, refId, "7d");
    await eventually(async () => {
      const rows = (await truthsOf("7d"))
        .flatMap(({ data }) => data)
        .filter(({ labelerId }) => labelerId !== SYSTEM_LABELER);
      const week = await panel("roboflow-manager", "Images in the last 7 days", "A", "7d");
      expect(week[0]?.points[0]?.value).toBe(sum(rows.map(({ imagesLabeled }) => imagesLabeled)));
      const reviews = sumBy(
        rows,
        (row) => row.labelerId,
        ({ approved = 0, rejected = 0 }) => approved + rejected,
      );
      const enough = [...reviews].filter(([, count]) => count >= 20).map(([labeler]) => labeler);
      expect([...valuesBy(await column("C"), "labeler").keys()].toSorted()).toEqual(enough.toSorted());
    }, scene().patienceMs);
  });

  test("show managers the images that are left in each project", async () => {
    await eventually(async () => {
      const left = valuesBy(await panel("roboflow-manager", "When will each project be done", "A", "7d"), "project");
      const all = await panel("roboflow-manager", "Images left", "A", "7d");
      expect(left.size).toBe(scene().simulator.workspaces.flatMap(({ projects }) => projects).length);
      expect(all[0]?.points[0]?.value).toBe(sum([...left.values()].map((value = NaN) => value)));
    }, scene().patienceMs);
  });

  test("tell people of one name apart", async () => {
    await eventually(async () => {
      const rows = await panel("roboflow-labelers", PEOPLE, "C", "7d");
      const names = rows
        .map(({ metric }) => metric["labeler_name"] ?? "")
        .filter((name) => name.startsWith("Sam Sample"));
      expect(new Set(names).size).toBe(2);
    }, scene().patienceMs);
  });

  test("show yesterday's work as a bar of its own, exactly", async () => {
    const yesterday = addDays(scene().today(), -1);
    const { data } = await truthOf(scene().simulator, WORKSPACE, yesterday, yesterday);
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
}
