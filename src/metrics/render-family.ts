import { setImmediate as nextTurn } from "node:timers/promises";
import { Gauge, Registry } from "prom-client";
import type { MetricDefinition, Sample } from "./definition.ts";

/** Samples rendered in one go: about 10 ms of the event loop, so that scrapes and health checks are not held up. */
const BATCH = 3_000;

/** A gauge that shows given samples instead of keeping its own, which would copy and hash each of them. */
class SampleGauge extends Gauge {
  readonly #samples: readonly Sample[];

  constructor({ name, help, labels }: MetricDefinition, samples: readonly Sample[]) {
    super({ name, help, labelNames: [...labels], registers: [] });
    this.#samples = samples;
  }

  override async get(): ReturnType<Gauge["get"]> {
    const own = await super.get();
    return { ...own, values: this.#samples.map(({ labels, value }) => ({ labels, value })) };
  }
}

async function renderBatch(definition: MetricDefinition, samples: readonly Sample[]): Promise<string> {
  const registry = new Registry();
  registry.registerMetric(new SampleGauge(definition, samples));
  return registry.metrics();
}

/** By name: the text depends on nothing else, and some definitions are made anew for each poll. */
const headers = new Map<string, string>();

async function headerText(definition: MetricDefinition): Promise<string> {
  const header = headers.get(definition.name) ?? (await renderBatch(definition, []));
  headers.set(definition.name, header);
  return header;
}

/** The first two lines, HELP and TYPE: the same in both formats, since no help text has quotation marks. */
export async function renderHeader(definition: MetricDefinition): Promise<Buffer> {
  return Buffer.from(await headerText(definition));
}

/**
 * The sample lines of one family, without its header, so that the lines of several workspaces can stand under one.
 * Values that are not finite are left out: NaN is no reading.
 */
export async function renderSamples(definition: MetricDefinition, samples: readonly Sample[]): Promise<Buffer> {
  const finite = samples.filter(({ value }) => Number.isFinite(value));
  const headerLength = (await headerText(definition)).length;
  const parts: Buffer[] = [];
  for (let start = 0; start < finite.length; start += BATCH) {
    const text = await renderBatch(definition, finite.slice(start, start + BATCH));
    parts.push(Buffer.from(text.slice(headerLength)));
    await nextTurn();
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}
