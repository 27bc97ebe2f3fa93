import { OTHER } from "./anomalies.ts";

/** Most different fields counted by name; the names of unknown fields come from outside. */
export const MAX_FIELDS = 50;
const MAX_LENGTH = 64;

/** Keeps the set of label values made of foreign field names small: the first 50 pass, later ones become `other`. */
export function createFieldLimiter(): (field: string) => string {
  const seen = new Set<string>();
  return (field) => {
    const name = field.slice(0, MAX_LENGTH).toWellFormed();
    if (name === OTHER || (!seen.has(name) && seen.size >= MAX_FIELDS)) return OTHER;
    seen.add(name);
    return name;
  };
}
