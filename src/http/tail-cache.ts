import type { Clock, Moment } from "../clock.ts";
import type { SelfMetrics } from "../self/recorder.ts";
import type { Format } from "../self/registry.ts";
import { type Tail, createTail } from "./gzip-member.ts";

/** `process_*` and `nodejs_*` are samples of the system; taking them more often than this tells nobody more. */
const MAX_AGE_MS = 1_000;

interface Rendering {
  readonly revision: number;
  readonly started: Moment;
  readonly tail: Promise<Tail>;
}

/**
 * The exporter's own metrics as the end of a response. Rendered anew when one of our counters has moved or a second has
 * passed, so that a crowd of scrapes costs no more than one.
 */
export function createTailCache(format: Format, selfMetrics: SelfMetrics, clock: Clock): () => Promise<Tail> {
  let latest: Rendering | undefined;
  return () => {
    const [revision, now] = [selfMetrics.revision(), clock.moment()];
    const isCurrent = latest?.revision === revision && now.msSince(latest.started) < MAX_AGE_MS;
    if (!latest || !isCurrent) latest = { revision, started: now, tail: selfMetrics.render(format).then(createTail) };
    return latest.tail;
  };
}
