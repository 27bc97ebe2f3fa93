import type { WorkspaceConfig } from "../config/config.ts";
import { stableFraction } from "../stable-hash.ts";

/** What of a workspace decides when it is polled. */
type Spread = Pick<WorkspaceConfig, "name"> & {
  readonly poll: Pick<WorkspaceConfig["poll"], "stagger" | "startupSpreadMs">;
};

/** From 0 up to 1. It depends on nothing but the two names: another workspace, or a restart, moves no one. */
function placeOf({ name = "" }: Spread, source: string): number {
  return stableFraction(`${name}\n${source}`);
}

/** The part of an interval by which a source's polls come after the round times, from 0 up to 1. */
export function shiftOf(workspace: Spread, source: string): number {
  return workspace.poll.stagger ? placeOf(workspace, source) : 0;
}

/** How long after the start a source is polled for the first time, in milliseconds. */
export function firstDelayMs(workspace: Spread, source: string): number {
  return Math.floor(placeOf(workspace, source) * workspace.poll.startupSpreadMs);
}
