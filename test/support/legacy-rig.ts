import { setImmediate as nextTurn } from "node:timers/promises";
import { ENDPOINTS, type StatsClient, USUAL_ENDPOINTS } from "../../src/roboflow/client.ts";
import type { LabelersConfig, WorkspaceConfig } from "../../src/config/config.ts";
import { legacyBeside } from "../../src/exposition/limit.ts";
import { createSelfMetrics } from "../../src/self/recorder.ts";
import { initialLegacyState } from "../../src/poller/legacy-poll-state.ts";
import { createLegacyPoller } from "../../src/poller/legacy-poller.ts";
import { initialState } from "../../src/poller/state.ts";
import { type PollClient, createPoller } from "../../src/poller/poller.ts";
import { createSnapshotStore } from "../../src/exposition/store.ts";
import { createLogCapture, HandTimetable, type LogLine } from "./exporter-harness.ts";
import { type ParsedFamily, parseExposition } from "./exposition.ts";
import type { ManualClock } from "./manual-clock.ts";

const LABELERS: LabelersConfig = { hmacKey: undefined, names: true, email: false, system: [] };

/** Both pollers of a workspace on one store: everything real but the clock, the timetables and the client. */
export interface LegacyRig {
  readonly lines: readonly LogLine[];
  readonly timetables: { readonly usual: HandTimetable; readonly legacy: HandTimetable };
  /** Starts both, as the exporter does. */
  readonly start: () => void;
  readonly stop: () => Promise<unknown>;
  /** Resolves after the end of the next poll of that kind. */
  readonly ended: (kind: "usual" | "legacy") => Promise<void>;
  /** Ticks and waits for the end of the poll. */
  readonly poll: (kind: "usual" | "legacy") => Promise<void>;
  /** What would be scraped now. */
  readonly families: () => Promise<Map<string, ParsedFamily>>;
}

const ENDS = {
  usual: /^poll (?:succeeded|failed)$/,
  legacy: /^(?:legacy poll (?:succeeded|failed)$|the legacy endpoint is gone)/,
} as const;

/** Puts both pollers on the rig. */
export async function createLegacyRig(
  config: WorkspaceConfig,
  client: PollClient & Pick<StatsClient, "fetchLegacy">,
  clock: ManualClock,
): Promise<LegacyRig> {
  const waiting = new Map<keyof typeof ENDS, () => void>();
  const { lines, logger } = createLogCapture(({ msg }) => {
    for (const [kind, wake] of waiting) if (ENDS[kind].test(msg)) wake();
  });
  const timetables = { usual: new HandTimetable(), legacy: new HandTimetable(config.poll.legacyIntervalSeconds) };
  const [state, legacyState] = [initialState(config, timetables.usual, clock.now()), initialLegacyState(config.poll)];
  const store = await createSnapshotStore([{ ...state, legacy: legacyState }], clock);
  const selfMetrics = createSelfMetrics({ version: "1.2.3", revision: "abc", nodeVersion: "v20" });
  const shared = { client, clock, logger, random: () => 0 };
  const legacy = createLegacyPoller(config, LABELERS, {
    ...shared,
    state: legacyState,
    onGoodPoll: () => undefined,
    onGone: () => undefined,
    timetable: timetables.legacy,
    publish: (changed) => store.publish(0, { legacy: changed }),
    beside: () => store.states().map((one) => legacyBeside(one, clock.moment()))[0],
  });
  const usual = createPoller(config, LABELERS, {
    ...shared,
    state,
    onGoodPoll: () => undefined,
    timetable: timetables.usual,
    publish: (changed) => store.publish(0, changed),
    recorderFor: (name) => selfMetrics.forWorkspace(name, config.legacy ? ENDPOINTS : USUAL_ENDPOINTS),
    useRecorder: () => undefined,
    onNamed: legacy.start,
  });
  const ended = async (kind: keyof typeof ENDS) => {
    await new Promise<void>((resolve) => waiting.set(kind, resolve));
    await nextTurn();
  };
  return {
    ...{ lines, timetables, ended },
    start: usual.start.bind(usual),
    stop: () => Promise.all([usual.stop(), legacy.stop()]),
    poll: async (kind) => {
      const end = ended(kind);
      timetables[kind].tick();
      await end;
    },
    families: async () => {
      const body = await store.current();
      return parseExposition(Buffer.concat(body.identity).toString() + (await selfMetrics.render("text")));
    },
  };
}
