import { z } from "zod";
import type { LabelerInfo } from "../../answers/names.ts";
import { daysRange } from "../../calendar/zones.ts";
import { fetchLegacy } from "./collect.ts";
import { LEGACY_TICK_METRICS, legacyValue } from "./metrics.ts";
import type { Entry, Grain, HistoryAnswer, HistoryDeps, SourceHistory } from "../source.ts";
import { EARLIEST_DAY, FIRST_DAY } from "../../calendar/windows.ts";
import type { PeopleConfig } from "../../config/config.ts";
import { ApiError } from "../../errors.ts";
import { labelerLabel, shownPeople } from "../../metrics/labeler-labels.ts";
import { hidingOf } from "../hidden-people.ts";
import { type KeptOfPeople, keptLabelers, labelerInfo, mapOf, numbers, readParts } from "../stored-parts.ts";
import { LEGACY_TICK_FIELDS, type LegacyTickValues } from "./fields.ts";

/** What a day's answer says of labelers, by their ids. */
interface LegacyDay {
  readonly ticks: ReadonlyMap<string, LegacyTickValues>;
  readonly labelers: ReadonlyMap<string, LabelerInfo>;
}

const GRAIN: Grain = { name: "labeler", metrics: LEGACY_TICK_METRICS.map(([, definition]) => definition) };

const daySchema = z.strictObject({ ticks: mapOf(numbers(LEGACY_TICK_FIELDS)), labelers: mapOf(labelerInfo) });
const partsSchema = z.tuple([daySchema]);

function partsOfDay({ ticks, labelers }: LegacyDay, kept: KeptOfPeople): readonly unknown[] {
  return [{ ticks: [...ticks], labelers: keptLabelers(labelers, kept) }];
}

function* entriesOf({ ticks }: LegacyDay, people: PeopleConfig): Generator<Entry, void> {
  for (const [id, tick] of ticks) {
    const values = LEGACY_TICK_METRICS.map(([field]) => legacyValue(field, tick));
    yield { grain: GRAIN.name, key: id, labels: () => ({ labeler: labelerLabel(id, people) }), values };
  }
}

function answerOf(day: LegacyDay, asConfigured: PeopleConfig): HistoryAnswer {
  const people = shownPeople(asConfigured);
  return {
    names: { projects: new Map(), labelers: day.labelers },
    entries: () => entriesOf(day, people),
    parts: () => partsOfDay(day, people),
  };
}

async function askForDay(date: string, { settings, ask, observer, signal }: HistoryDeps): Promise<LegacyDay> {
  const stats = await fetchLegacy(ask, daysRange(date, date, settings.config.poll.timezone), signal);
  observer.answered(stats);
  const { ticks, labelers } = stats;
  const hiding = hidingOf(settings.people);
  if (ticks)
    return hiding ? { ticks: hiding.byLabel(ticks), labelers: hiding.labelers(labelers) } : { ticks, labelers };
  // A day of which nothing is known would count as a day without work in every window that holds it.
  throw new ApiError("the ticks of the legacy response do not make up the day; run it without --legacy", {
    reason: "invalid_schema",
  });
}

/** The past as `GET /workspace-stats` has it: the work of labelers, since its ticks have no projects. */
export const legacyHistory: SourceHistory = {
  flag: `also request the legacy endpoint: time spent, and days before ${FIRST_DAY}`,
  firstDay: EARLIEST_DAY,
  answersWindows: false,
  grains: [GRAIN],
  // It is asked in milliseconds: where a day begins decides what is answered.
  shapedBy: ({ config }) => ({ timezone: config.poll.timezone }),
  ask: async (_window, date, deps) => answerOf(await askForDay(date, deps), deps.settings.people),
  restore: (parts, { people }) => answerOf(readParts(partsSchema, parts)[0], people),
};
