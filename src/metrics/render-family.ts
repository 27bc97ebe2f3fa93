import type { Steps } from "../steps.ts";
import { type Column, escapeText } from "./column.ts";
import type { MetricDefinition } from "./definition.ts";

/** The first two lines, HELP and TYPE: the same in both formats, since no help text has quotation marks. */
export function renderHeader({ name, help, type }: MetricDefinition): Buffer {
  return Buffer.from(`# HELP ${name} ${escapeText(help)}\n# TYPE ${name} ${type}\n`);
}

/** How many lines are put together as text before they become bytes: longer texts cost the garbage collector more. */
const LINES = 64;

const INITIAL_BYTES = 16_384;
/** Of a character of JavaScript, in UTF-8. */
const MAX_BYTES = 3;

/** Bytes that texts are appended to. It keeps its memory, since one family is written after the other. */
class Bytes {
  #buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #length = 0;

  append(text: string): void {
    const needed = this.#length + MAX_BYTES * text.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(2 * needed);
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    this.#length += this.#buffer.write(text, this.#length);
  }

  /** What was appended, until something is appended again: that overwrites it. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }
}

/** Renders columns, one after the other. The bytes are good until the next column: it is written in the same memory. */
export type Renderer = (definition: Pick<MetricDefinition, "name">, column: Column) => Steps<Buffer>;

/**
 * Creates a {@link Renderer}: the sample lines of one family in one window, without its header, so that the lines of
 * several workspaces can share one. The bytes are those of prom-client, in a tenth of its time.
 */
export function createRenderer(): Renderer {
  const bytes = new Bytes();
  return function* ({ name }, { rows: { texts }, values }) {
    for (let start = 0; start < texts.length; start += LINES) {
      let lines = "";
      for (let at = start; at < Math.min(start + LINES, texts.length); at++) {
        const value = values[at] ?? NaN;
        if (!Number.isNaN(value)) lines += `${name}${texts[at] ?? ""} ${value}\n`;
      }
      bytes.append(lines);
      yield;
    }
    return bytes.take();
  };
}
