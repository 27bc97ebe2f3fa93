import { createHmac } from "node:crypto";
import type { PeopleConfig } from "../config/config.ts";
import type { LabelerInfo } from "../answers/names.ts";

/** Enough of the digest that two people never share a label, short enough to read. */
const HMAC_LENGTH = 16;

/**
 * The `labeler` label of an id: the id itself, or its HMAC-SHA-256 (16 hex digits) when people shall not be known by
 * their ids.
 */
export function labelerLabel(id: string, { hmacKey }: PeopleConfig): string {
  if (hmacKey === undefined) return id;
  return createHmac("sha256", hmacKey).update(id).digest("hex").slice(0, HMAC_LENGTH);
}

/**
 * How people are shown once their ids are labels already: nothing is hashed again, and what the configuration says by id it
 * says by label too.
 */
export function shownPeople(people: PeopleConfig): PeopleConfig {
  if (people.hmacKey === undefined) return people;
  const labelOf = (id: string) => labelerLabel(id, people);
  return {
    ...people,
    hmacKey: undefined,
    system: [...people.system, ...people.system.map(labelOf)],
    teams: new Map([...people.teams].map(([id, team]) => [labelOf(id), team])),
  };
}

/** The labeler that stands for all whose work is summed up (`limits.labelers`). No person: `kind` says so too. */
export const OTHER_LABELER = "other";

/** Whether a labeler is a program: Roboflow documents no id for Auto Label's work, only the name it appears under. */
export function isSystem(id: string, info: LabelerInfo | undefined, { system }: Pick<PeopleConfig, "system">): boolean {
  return system.includes(id) || (info?.name !== undefined && system.includes(info.name));
}

/** Labels of labelers' info series that are there where the configuration asks for them. */
export function optionalLabels({ email, teams }: Pick<PeopleConfig, "email" | "teams">): ("email" | "team")[] {
  return [...(email ? (["email"] as const) : []), ...(teams.size > 0 ? (["team"] as const) : [])];
}

function kindOf(id: string, info: LabelerInfo | undefined, config: PeopleConfig): "human" | "other" | "system" {
  if (id === OTHER_LABELER) return "other";
  return isSystem(id, info, config) ? "system" : "human";
}

/** Labels of a labeler's info series. Without a name the id's label stands in, so that joins always find one. */
export function labelerInfoLabels(
  id: string,
  info: LabelerInfo | undefined,
  config: PeopleConfig,
): Readonly<Record<string, string>> {
  const labeler = labelerLabel(id, config);
  const name = config.names ? info?.name : undefined;
  const labels = { labeler, labeler_name: name ?? labeler, kind: kindOf(id, info, config) };
  const optional = { email: info?.email ?? "", team: config.teams.get(id) ?? "" };
  return { ...labels, ...Object.fromEntries(optionalLabels(config).map((label) => [label, optional[label]])) };
}
