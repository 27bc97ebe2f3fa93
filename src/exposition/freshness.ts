import type { Moment } from "../clock.ts";

/** Data of the last good poll, kept through failures until it is too old. */
export interface Perishable<D> {
  readonly data: D | undefined;
  readonly lastSuccess: Moment | undefined;
  readonly staleAfterMs: number;
}

/** For how long the data may still be published, in milliseconds, 0 at least; undefined when there is none. */
export function freshForMs({ data, lastSuccess, staleAfterMs }: Perishable<unknown>, now: Moment): number | undefined {
  if (data === undefined || lastSuccess === undefined) return undefined;
  return Math.max(0, staleAfterMs - now.ageOf(lastSuccess));
}

/** The data that may be published now. */
export function freshData<D>(perishable: Perishable<D>, now: Moment): D | undefined {
  return (freshForMs(perishable, now) ?? 0) > 0 ? perishable.data : undefined;
}
