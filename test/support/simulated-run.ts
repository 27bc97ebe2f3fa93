import { onTestFinished } from "vitest";
import { run } from "../../src/cli/program.ts";
import { standingClock } from "./manual-clock.ts";
import { type TestHost, createTestHost } from "./test-host.ts";

/** A working day's afternoon, when the simulated people have worked for hours. */
export const AFTERNOON = "2026-11-18T15:00:00Z";

/** The simulated API as `roboflow-exporter simulate` serves it. */
export interface SimulatedApi {
  readonly url: string;
  /** Ends it, once; otherwise it ends with the test. */
  readonly stop: () => Promise<void>;
}

export function keyOf(workspace: string): string {
  return `simulator-key-${workspace}`;
}

function hostAt(iso: string, config?: unknown, env: Readonly<Record<string, string>> = {}): TestHost {
  const made = createTestHost(env, { clock: standingClock(iso) });
  const readFile = config === undefined ? made.host.readFile : () => JSON.stringify(config);
  return { ...made, host: { ...made.host, readFile } };
}

/** Runs `simulate` with these flags until the test ends; its time stands still. */
export async function simulated(flags: readonly string[] = [], iso = AFTERNOON): Promise<SimulatedApi> {
  const { host, stop, waitFor } = hostAt(iso);
  const running = run(["simulate", "--web.listen-address=127.0.0.1:0", ...flags], host);
  const [, url = ""] = await waitFor(/API is at (http:\S+)\. /);
  const end = async () => {
    stop();
    await running;
  };
  onTestFinished(end);
  return { url, stop: end };
}

/** A configuration of simulated workspaces, without retries; what a workspace is given overrides it. */
export function configOf(
  url: string,
  ...workspaces: readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[]
) {
  return {
    api: { url, retries: 0 },
    workspaces: workspaces.map((workspace) => ({ api_key: keyOf(workspace.name), ...workspace })),
  };
}

export interface CommandOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command on a configuration file of this content, at this time. */
export async function commandOutput(
  command: readonly string[],
  config: unknown,
  iso = AFTERNOON,
): Promise<CommandOutput> {
  const { host, output } = hostAt(iso, config);
  const code = await run([...command, "--config.file=/config.yaml"], host);
  return { code, ...output };
}
