import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Alertmanager, startAlertmanager } from "./alertmanager.ts";
import { freeAddress } from "./free-port.ts";
import { startProgram } from "./program.ts";
import { type Prometheus, startPrometheus } from "./prometheus.ts";
import { writeShippedStack } from "./shipped-stack.ts";
import { startWebhook, type Webhook } from "./webhook.ts";

/** What a test decides of the stack. */
export interface StackOptions {
  /** The exporter's configuration file. */
  readonly exporter: object;
  /** Fills Prometheus's data directory before it starts; given the target's labels. */
  readonly fill?: (dataDirectory: string, target: string) => Promise<void>;
}

/** Exporter, Prometheus, Alertmanager and somebody who is reported, all real, with the shipped configuration and rules. */
export interface Stack extends AsyncDisposable {
  /** Everything in which the configuration differs from what is shipped. */
  readonly changes: readonly string[];
  readonly prometheus: Prometheus;
  readonly alertmanager: Alertmanager;
  readonly webhook: Webhook;
}

/** Starts a {@link Stack} in a directory of its own; what was started is stopped when another part does not start. */
export async function startStack({ exporter, fill }: StackOptions): Promise<Stack> {
  const directory = mkdtempSync(join(tmpdir(), "roboflow-e2e-"));
  const running: AsyncDisposable[] = [];
  const stop = async () => {
    for (const one of running.toReversed()) await one[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true });
  };
  const started = <T extends AsyncDisposable>(one: T): T => {
    running.push(one);
    return one;
  };
  try {
    const webhook = started(await startWebhook());
    const configFile = join(directory, "exporter.yml");
    writeFileSync(configFile, JSON.stringify(exporter));
    const program = started(startProgram([`--config.file=${configFile}`, "--web.listen-address=127.0.0.1:0"]));
    const [, url = ""] = await program.waitFor(/"addresses":\["([^"]+)"/);
    const [target, alertmanagerAddress] = [new URL(url).host, await freeAddress()];
    const changes = writeShippedStack(directory, {
      exporter: target,
      alertmanager: alertmanagerAddress,
      webhookUrl: webhook.url,
    });
    const dataDirectory = join(directory, "data");
    mkdirSync(dataDirectory);
    await fill?.(dataDirectory, `job="roboflow",instance="${target}"`);
    const alertmanager = started(await startAlertmanager(directory, alertmanagerAddress));
    const prometheus = started(await startPrometheus(directory, await freeAddress()));
    return { changes, prometheus, alertmanager, webhook, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
