import { describe, expect, test } from "vitest";
import { NAME, diagnosed, faultsFlag } from "../support/diagnosis.ts";
import { configOf, simulated, commandOutput } from "../support/simulated-run.ts";

describe("the legacy endpoint", () => {
  test("that is there is distinguished from one that is gone, fails, or has another form", async () => {
    expect((await diagnosed([])).of("legacy").seen).toBe("it does");
    const gone = await diagnosed([faultsFlag([{ match: { endpoint: "workspace-stats" }, status: 410 }])]);
    expect(gone.of("legacy")).toMatchObject({ verdict: "info", seen: "removed (410)" });
    const broken = await diagnosed([faultsFlag([{ match: { endpoint: "workspace-stats" }, status: 500 }])]);
    expect(broken.of("legacy").verdict).toBe("unknown");
    const other = await diagnosed([faultsFlag([{ match: { endpoint: "workspace-stats" }, hugeBytes: 100 }])]);
    expect(other.of("legacy")).toMatchObject({
      verdict: "info",
      seen: expect.stringMatching(/^it does, in another form/) as string,
    });
  });

  test("is in the counts of requests and series, where it is asked for", async () => {
    const settings = { legacy: true, windows: ["today", "7d"], poll: { interval: "1h", legacy_interval: "6h" } };
    const { of, requests, stderr } = await diagnosed([], settings);
    const without = await diagnosed([], { ...settings, legacy: false });
    // A poll of it has a request for each window.
    expect(requests).toBe(without.requests + 2);
    expect(requests).toBeLessThanOrEqual(Number(/up to (\d+) requests/.exec(stderr)?.[1]));
    expect(of("requests").seen).toBe(
      "about 56 a day: insights 2 a poll, 24 polls a day; legacy 2 a poll, 4 polls a day",
    );
    const { url } = await simulated();
    const whole = await commandOutput(["once"], configOf(url, { name: NAME, ...settings }));
    const series = [...whole.stdout.matchAll(/^roboflow_exporter_series\{.*\} (\d+)$/gm)];
    const published = series.reduce((sum, [, count]) => sum + Number(count), 0);
    expect(of("series").seen).toBe(`${published} series, with a limit of 50000`);
    expect(of("legacy")).toMatchObject({ verdict: "info", seen: "it does" });
  });

  test("that is gone is not polled; a request for each poll is counted, which will find it so", async () => {
    const { of } = await diagnosed(["--workspace-stats=gone"], { legacy: true, windows: ["today", "7d"] });
    expect(of("legacy")).toEqual({ verdict: "problem", seen: "removed (410)", setting: "legacy: false" });
    expect(of("requests").seen).toMatch(/; legacy 1 a poll, 24 polls a day$/);
  });

  test("that cannot be polled in time is a problem, though each of its answers comes", async () => {
    const faults = faultsFlag([{ match: { endpoint: "workspace-stats" }, delayMs: 400 }]);
    const { of } = await diagnosed([faults], { legacy: true, poll: { legacy_interval: "1s" } });
    expect(of("legacy poll")).toMatchObject({
      verdict: "problem",
      seen: expect.stringContaining("did not end within 1 s") as string,
    });
  });
});
