import { bad, good, type Reader } from "./reading.ts";

const EXAMPLE = 'write it like "*/15 * * * *"';

/** Fields whose values start again at the end of a minute, an hour or a day, with how many values they have. */
const CYCLES = [
  ["seconds", 60],
  ["minutes", 60],
  ["hours", 24],
] as const;

function unevenStep(fields: readonly string[]): string | undefined {
  const cycles = fields.length === 6 ? CYCLES : CYCLES.slice(1);
  for (const [index, [unit, size]] of cycles.entries()) {
    const steps = (fields[index] ?? "").split(",").flatMap((part) => /\/(\d+)$/.exec(part)?.[1] ?? []);
    const step = steps.find((text) => size % Number(text) !== 0);
    if (step === undefined) continue;
    return `is uneven: ${step} ${unit} do not divide ${size}; use a step that divides ${size}, or list the ${unit}`;
  }
  return undefined;
}

/** Reads a cron expression of five or six fields. A step that starts anew out of turn is refused as uneven. */
export function cronReader(isCronExpression: (text: string) => boolean): Reader<string> {
  return (written) => {
    if (typeof written !== "string") return bad(`is not a cron expression; ${EXAMPLE}`);
    const fields = written.trim().split(/\s+/);
    if (fields.length < 5 || fields.length > 6) return bad(`is not a cron expression of 5 or 6 fields; ${EXAMPLE}`);
    const uneven = unevenStep(fields);
    if (uneven !== undefined) return bad(uneven);
    return isCronExpression(fields.join(" ")) ? good(fields.join(" ")) : bad(`is not a cron expression; ${EXAMPLE}`);
  };
}
