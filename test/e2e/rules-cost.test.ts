import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiServer, json, startApiServer } from "../support/api-server.ts";
import { eventually } from "../support/eventually.ts";
import { areInstalled } from "../support/installed.ts";
import { type Stack, startStack } from "../support/running-stack.ts";

const PROJECTS = 40;
const LABELERS = 50;
const PAIRS = PROJECTS * LABELERS;
const WINDOWS = 5;
const EVALUATIONS = 5;
const PATIENCE_MS = 120_000;

/** Ids as long as Roboflow's. */
const idOf = (kind: string, index: number, length: number) => `${kind}${index}`.padEnd(length, "x");

/** A workspace where everybody works on everything. One labeler is below the target everywhere, so that alerts are made too. */
function busyWorkspace() {
  const data = Array.from({ length: PAIRS }, (_, index) => {
    const [project, labeler] = [Math.floor(index / LABELERS), index % LABELERS];
    const images = 200 + ((index * 37) % 300);
    const approved = Math.floor(images * (labeler === 0 ? 0.7 : 0.95));
    return {
      projectId: idOf("project", project, 20),
      projectName: `Project ${project}`,
      projectType: "object-detection",
      labelerId: idOf("labeler", labeler, 28),
      workspaceId: idOf("workspace", 0, 20),
      ...{ imagesLabeled: images, boxesDrawn: images * 4, boxesAdded: images * 5, boxesRemoved: images },
      ...{ boxesUpdated: images, netBoxesAdded: images * 4, netBoxesUpdated: images },
      ...{ markedNull: index % 9, modelAssisted: index % 50 },
      ...{ approved, rejected: images - approved, approvalRate: Math.round((10_000 * approved) / images) / 100 },
    };
  });
  const labelers = Array.from({ length: LABELERS }, (_, index) => ({
    id: idOf("labeler", index, 28),
    displayName: `Labeler ${index}`,
    email: `labeler.${index}@example.com`,
  }));
  return { data, labelers, stats: { numImagesLabeled: 500_000, numBoxesDrawn: 2_000_000, approvalRate: 94.1 } };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const installed = areInstalled("prometheus", "prometheus-alertmanager");

describe.skipIf(!installed)(
  `the shipped rules with ${PAIRS} pairs of project and labeler in ${WINDOWS} windows`,
  () => {
    let api: ApiServer;
    let stack: Stack;

    beforeAll(async () => {
      api = await startApiServer(json(busyWorkspace()));
      stack = await startStack({
        exporter: {
          api: { url: api.url },
          poll: { interval: "1m", jitter: "0s" },
          limits: { series: 200_000 },
          workspaces: [{ name: "busy", api_key: "static-key", approval_target: 0.9 }],
        },
      });
    });

    afterAll(async () => {
      await stack[Symbol.asyncDispose]();
      await api.close();
    });

    test("are evaluated without a failure; how long that takes is printed, not judged", async () => {
      const { prometheus } = stack;
      // Judged once everything is recorded: first evaluations see no data, and those after them begin new series.
      const expected = PAIRS * WINDOWS;
      await eventually(async () => {
        const known = `count(roboflow_images_approved) == ${expected} and count({__name__=~"project_labeler:.+"}) > ${10 * PAIRS}`;
        expect(await prometheus.query(known, Date.now() / 1000)).toHaveLength(1);
      }, PATIENCE_MS);
      const evaluations = async () =>
        Math.min(...(await prometheus.ownMetric("prometheus_rule_group_iterations_total")));
      const rounds: number[] = [];
      let last = await evaluations();
      for (let round = 0; round < EVALUATIONS; round++) {
        last = await eventually(async () => {
          const now = await evaluations();
          expect(now).toBeGreaterThan(last);
          return now;
        }, PATIENCE_MS);
        rounds.push(sum(await prometheus.ownMetric("prometheus_rule_group_last_duration_seconds")));
      }
      const samples = await prometheus.query("scrape_samples_scraped", Date.now() / 1000);
      const recorded = await prometheus.query('count({__name__=~".+:.+"})', Date.now() / 1000);
      const [series = NaN] = await prometheus.ownMetric("prometheus_tsdb_head_series");
      const [bytes = NaN] = await prometheus.ownMetric("process_resident_memory_bytes");
      console.info(
        `all rules: ${rounds.map((seconds) => seconds.toFixed(2)).join(" ")} s, median ${median(rounds).toFixed(2)} s; ` +
          `${samples[0]?.points[0]?.value ?? NaN} samples per scrape, ${recorded[0]?.points[0]?.value ?? NaN} recorded series, ` +
          `${series} series in the head, ${Math.round(bytes / 1e6)} MB resident`,
      );
      expect(sum(await prometheus.ownMetric("prometheus_rule_evaluation_failures_total"))).toBe(0);
    });
  },
);
