import { DAY_MINUTES } from "../../src/simulator/days.ts";
import { leftAt, type Past, uploadedLately } from "./past.ts";

const LATELY_DAYS = 28;

/**
 * The minute at which the images that were left at a minute had been worked off: when as many have been labeled for
 * the first time since then, and as many more as were uploaded meanwhile if uploads had gone on as in the 28 days
 * before. What the simulator uploads later is not counted: it sees to it that no project ever runs empty.
 * @returns undefined when that did not happen in the days that are simulated
 */
export function doneAt(past: Past, minute: number): number | undefined {
  const left = leftAt(past, minute);
  const uploadsPerMinute = uploadedLately(past, minute) / (LATELY_DAYS * DAY_MINUTES);
  let labeled = 0;
  for (const labeling of past.dataset.labelings) {
    if (labeling.minute <= minute) continue;
    labeled += labeling.images.length;
    if (labeled >= left + uploadsPerMinute * (labeling.minute - minute)) return labeling.minute;
  }
  return undefined;
}
