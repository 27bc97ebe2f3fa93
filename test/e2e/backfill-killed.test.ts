import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { addDays, calendarDay } from "../../src/calendar/windows.ts";
import { randomFrom } from "../../src/simulator/random.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { runProgram, startProgram } from "../support/program.ts";

const KILLS = 20;
const DAYS = 40;

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

test(`a backfill that is killed ${KILLS} times at random writes what an undisturbed one writes`, async () => {
  const now = Date.now();
  const simulator = await startSimulator({ port: 0, seed: 1, now: () => now });
  const directory = mkdtempSync(join(tmpdir(), "roboflow-backfill-"));
  onTestFinished(async () => {
    await simulator.close();
    rmSync(directory, { recursive: true });
  });
  const [workspace] = simulator.workspaces;
  const env = {
    ROBOFLOW_API_URL: simulator.url,
    ROBOFLOW_WORKSPACE: workspace?.name ?? "",
    ROBOFLOW_API_KEY: workspace?.apiKey ?? "",
    WINDOWS: "today,7d",
  };
  const today = calendarDay(now, "UTC");
  const period = ["--from", addDays(today, -DAYS), "--to", addDays(today, -1), "--settle", "0d"];
  const args = (name: string) => [
    "backfill",
    ...period,
    "--requests-per-second",
    "60",
    "--output",
    join(directory, name),
  ];

  const undisturbedMs = performance.now();
  expect(await runProgram(args("undisturbed"), env)).toMatchObject({ exitCode: 0 });
  const lengthMs = performance.now() - undisturbedMs;

  const random = randomFrom(7);
  const killed = join(directory, "killed");
  let kills = 0;
  while (kills < KILLS) {
    const program = startProgram(args("killed"), env);
    // The moment itself is what is tested: anywhere from the program's start to its end.
    await Promise.race([pause(random() * lengthMs), program.exited]);
    program.child.kill("SIGKILL");
    await program.exited;
    if (program.child.signalCode === "SIGKILL") kills++;
    // What stands under the output's name is whole, or it is not there.
    if (existsSync(killed)) {
      expect(await hashOf(killed)).toBe(await hashOf(join(directory, "undisturbed")));
      rmSync(killed);
    }
  }
  expect(await runProgram(args("killed"), env)).toMatchObject({ exitCode: 0 });
  expect(await hashOf(killed)).toBe(await hashOf(join(directory, "undisturbed")));
});
