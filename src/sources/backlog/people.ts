import type { LabelerInfo } from "../../answers/names.ts";
import type { PeopleConfig } from "../../config/config.ts";
import { labelerLabel } from "../../metrics/labeler-labels.ts";
import type { KeptOfPeople } from "../stored-parts.ts";
import type { Job, Person } from "./fields.ts";

/** Stands for a person whose id is not known, and who must not be known by anything else. */
export const UNKNOWN = "unknown";

const MASK = "[email]";
/** What stands between white space and marks; an e-mail address is one. */
const WORD = /[^\s<>"'(),;:[\]]+/g;

/** Finds people by what jobs say of them. */
export type FindPerson = (text: string | undefined) => Person | undefined;

/** Addresses are the same in any case of letters. */
const keyOf = (email: string) => email.trim().toLowerCase();

/** Finds people by their e-mail addresses, or by their ids. An address that two people have finds neither. */
export function personFinder(labelers: ReadonlyMap<string, LabelerInfo>): FindPerson {
  const byEmail = new Map<string, string | undefined>();
  for (const [id, { email }] of labelers) {
    if (email === undefined) continue;
    const key = keyOf(email);
    byEmail.set(key, byEmail.has(key) ? undefined : id);
  }
  return (text) => {
    if (text === undefined) return undefined;
    return { id: labelers.has(text) ? text : byEmail.get(keyOf(text)), text };
  };
}

/**
 * The label of a person, empty where none is named: that of `roboflow_labeler_info` where the id is known. Without an id the text
 * may be an e-mail address: it is hashed as ids are, shown where e-mail addresses are, and else `unknown`.
 */
export function personLabel(person: Person | undefined, people: PeopleConfig): string {
  if (person === undefined) return "";
  if (person.id !== undefined) return labelerLabel(person.id, people);
  if (person.text === undefined) return UNKNOWN;
  if (people.hmacKey !== undefined) return labelerLabel(keyOf(person.text), people);
  return people.email ? person.text : UNKNOWN;
}

/** Text of a job, without e-mail addresses where those are not published. */
export function shownText(text: string | undefined, { email }: Pick<PeopleConfig, "email">): string {
  return email ? (text ?? "") : (text ?? "").replace(WORD, (word) => (/.@./.test(word) ? MASK : word));
}

/** A job with labels in place of people, and without its name, in which someone's name may stand. */
export function hiddenJob(job: Job, people: PeopleConfig): Job {
  const hidden = (person: Person | undefined) => person && { id: personLabel(person, people), text: undefined };
  return { ...job, name: undefined, labeler: hidden(job.labeler), reviewer: hidden(job.reviewer) };
}

function keptPerson(person: Person | undefined, { email }: KeptOfPeople): Person | undefined {
  return person && { id: person.id, text: email ? person.text : undefined };
}

/** A job without what must not be stored. */
export function keptJob(job: Job, kept: KeptOfPeople): Job {
  const textOf = (text: string | undefined) => (text === undefined ? undefined : shownText(text, kept));
  return {
    ...job,
    ...{ name: textOf(job.name), status: textOf(job.status) },
    ...{ labeler: keptPerson(job.labeler, kept), reviewer: keptPerson(job.reviewer, kept) },
  };
}
