import { type Anomaly, type AnswerObserver, OTHER } from "../answers/anomalies.ts";
import type { LabelerInfo } from "../answers/names.ts";
import type { PeopleConfig } from "../config/config.ts";
import { labelerLabel } from "../metrics/labeler-labels.ts";
import { keptOf } from "./stored-parts.ts";
import { type Unmatched, namesPeople } from "./unmatched.ts";

// With identity: hmac the ids, names and addresses of people end here: a source replaces them as soon as its answers are
// read, so that nothing that is published, stored or logged later can hold them.

/** Gives ids the labels under which they are published. Each is hashed once. */
function createLabels(people: PeopleConfig): (id: string) => string {
  const known = new Map<string, string>();
  return (id) => {
    const label = known.get(id) ?? labelerLabel(id, people);
    known.set(id, label);
    return label;
  };
}

/** What hides the people of one answer. */
export interface Hiding {
  readonly labelOf: (id: string) => string;
  /** The same entries, by labels. */
  readonly byLabel: <V>(byId: ReadonlyMap<string, V>) => ReadonlyMap<string, V>;
  /** What may be known of labelers, by labels: of people nothing, of programs their names. */
  readonly labelers: (labelers: ReadonlyMap<string, LabelerInfo>) => ReadonlyMap<string, LabelerInfo>;
}

/** What hides people, or undefined where the configuration does not ask for it. */
export function hidingOf(people: PeopleConfig): Hiding | undefined {
  if (people.hmacKey === undefined) return undefined;
  const labelOf = createLabels(people);
  const byLabel: Hiding["byLabel"] = (byId) => new Map([...byId].map(([id, value]) => [labelOf(id), value]));
  const infoOf = ([id, info]: readonly [string, LabelerInfo]) => [labelOf(id), keptOf(info, people)] as const;
  return { labelOf, byLabel, labelers: (labelers) => new Map([...labelers].map(infoOf)) };
}

/** An observer that hears no field names out of answers where people are hidden: a document may have people as keys. */
export function discreet(observer: AnswerObserver, { hmacKey }: PeopleConfig): AnswerObserver {
  if (hmacKey === undefined) return observer;
  const unnamed = (one: Anomaly) => (one.reason === "unknown_field" ? { ...one, field: OTHER } : one);
  return {
    ...observer,
    answered: (answer) => {
      observer.answered({ ...answer, anomalies: answer.anomalies.map(unnamed) });
    },
  };
}

const WITHHELD = "the words of a notice are withheld, because people.identity is hmac";

/** As many notices as there were, without words: the API may name people in them. */
export function withheldNotices(notices: readonly string[]): readonly string[] {
  return notices.map(() => WITHHELD);
}

/** What matched nothing, with the labels of people's ids in place of the ids. */
export function shownUnmatched(unmatched: readonly Unmatched[], people: PeopleConfig): readonly Unmatched[] {
  const hiding = hidingOf(people);
  if (!hiding) return unmatched;
  return unmatched.map((one) => (namesPeople(one.setting) ? { ...one, names: one.names.map(hiding.labelOf) } : one));
}

/** Labelers by label, and by those ids out of the configuration that have one of these labels. */
export function withConfiguredIds(
  labelers: ReadonlyMap<string, LabelerInfo>,
  ids: readonly string[],
  people: PeopleConfig,
): ReadonlyMap<string, LabelerInfo> {
  const found = ids.flatMap((id): [string, LabelerInfo][] => {
    const info = labelers.get(labelerLabel(id, people));
    return info === undefined ? [] : [[id, info]];
  });
  return new Map([...labelers, ...found]);
}
