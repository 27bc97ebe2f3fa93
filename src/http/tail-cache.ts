import type { Clock } from "../clock.ts";
import type { SelfMetrics } from "../metrics/self-recorder.ts";
import type { Format } from "../metrics/self-registry.ts";
import { type Tail, createTail } from "./gzip-member.ts";

/** `process_*` and `nodejs_*` are samples of the system; taking them more often than this tells nobody more. */
const MAX_AGE_MS = 1_000;

interface Rendering {
  readonly revision: number;
  readonly startedMs: number;
  readonly tail: Promise<Tail>;
}

/**
 * The exporter's own metrics as the end of a response. Rendered anew when one of our counters has moved or a second has
 * passed, so that a crowd of scrapes costs no more than one.
 */
export function createTailCache(format: Format, selfMetrics: SelfMetrics, clock: Clock): () => Promise<Tail> {
  let latest: Rendering | undefined;
  return () => {
    const [revision, nowMs] = [selfMetrics.revision(), clock.now()];
    const isCurrent = latest?.revision === revision && Math.abs(nowMs - latest.startedMs) < MAX_AGE_MS;
    if (!latest || !isCurrent)
      latest = { revision, startedMs: nowMs, tail: selfMetrics.render(format).then(createTail) };
    return latest.tail;
  };
}
