import { type Damage, areFilesClosed } from "./assault.ts";
import type { Attack } from "./attacks.ts";

/** How much larger than at rest the exporter may become: a part of what the slots' bodies would take as copies. */
const MAX_GROWTH_MB = 128;

type Check = (attack: Attack, damage: Damage) => string | false;

function others(found: readonly string[], allowed: readonly string[]): string[] {
  return [...new Set(found)].filter((one) => !allowed.includes(one));
}

const CHECKS: readonly Check[] = [
  ({ outcomes: allowed }, { outcomes }) => {
    const found = others(
      outcomes.map(([name]) => name),
      allowed,
    );
    return found.length > 0 && `the attack was answered ${found.join(", ")}`;
  },
  ({ scrapes: allowed = ["200"] }, { scrapes }) => {
    const found = others(
      scrapes.map(({ outcome }) => outcome),
      allowed,
    );
    return found.length > 0 && `a normal scrape came to ${found.join(", ")}`;
  },
  (_, { next }) => next.outcome !== "200" && `the scrape after it came to ${next.outcome}`,
  (_, damage) => !areFilesClosed(damage) && `${String(damage.after.openFiles)} files are open after it`,
  (_, { freeSlots, slots }) =>
    freeSlots !== slots && `${String(freeSlots)} of ${String(slots)} slots are free after it`,
  (_, { atRest, after }) =>
    after.peakMb > atRest.rssMb + MAX_GROWTH_MB && `RSS grew by ${(after.peakMb - atRest.rssMb).toFixed(0)} MB`,
];

/** What is wrong with the exporter, in words; nothing if all is well. */
export function problemsOf(attack: Attack, damage: Damage): string[] {
  return CHECKS.flatMap((check) => check(attack, damage) || []);
}
