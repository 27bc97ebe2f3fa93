import { linkAbort } from "../abort.ts";
import type { LabelerInfo } from "../answers/names.ts";
import type { Clock } from "../clock.ts";
import type { Source } from "./source.ts";

/** How long the first poll of a source may keep a later one waiting. Without it, people may be unknown to that one. */
const MAX_WAIT_MS = 120_000;

type Labelers = ReadonlyMap<string, LabelerInfo>;

/** What the last good poll of one source knew of labelers. */
interface Known {
  labelers: Labelers;
  /** Resolves at the end of the first poll, good or bad. */
  readonly polled: Promise<void>;
  readonly endPoll: () => void;
}

function createKnown(): Known {
  let endPoll: () => void = () => undefined;
  const polled = new Promise<void>((resolve) => {
    endPoll = resolve;
  });
  return { labelers: new Map(), polled, endPoll };
}

async function untilPolled(before: readonly Known[], clock: Clock, signal: AbortSignal): Promise<void> {
  const wait = linkAbort(signal);
  const tooLong = clock.sleep(MAX_WAIT_MS, wait.signal).catch(() => undefined);
  await Promise.race([Promise.all(before.map(({ polled }) => polled)), tooLong]);
  wait.abort(undefined);
  wait.release();
  signal.throwIfAborted();
}

/** Of an id that several sources know, the first counts. */
function merged(before: readonly Known[]): Labelers {
  return new Map(before.toReversed().flatMap(({ labelers }) => [...labelers]));
}

/**
 * The sources of one workspace, each of which is given the labelers that those before it know. A source knows nothing of
 * the others: what it collects is seen on its way out.
 * @param sources those that are polled, in the order of their priority
 */
export function sharingLabelers(sources: readonly Source[], clock: Clock): readonly Source[] {
  const all: Known[] = [];
  return sources.map((source) => {
    const [before, own] = [[...all], createKnown()];
    all.push(own);
    const sharing =
      (collect: Source["collect"]): Source["collect"] =>
      async (subject, settings, deps) => {
        const labelersBefore = async () => {
          await untilPolled(before, clock, deps.signal);
          return merged(before);
        };
        let learned: Labelers | undefined;
        const learnLabelers = (labelers: Labelers) => {
          learned = labelers;
        };
        try {
          const collected = await collect(subject, settings, { ...deps, labelersBefore, learnLabelers });
          own.labelers = learned ?? collected.names.labelers;
          return collected;
        } finally {
          own.endPoll();
        }
      };
    const { collect, trial } = source;
    return { ...source, collect: sharing(collect), ...(trial ? { trial: sharing(trial) } : {}) };
  });
}
