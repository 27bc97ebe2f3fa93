/** Data of the last good poll, kept through failures until it is too old. */
export interface Perishable<D> {
  readonly data: D | undefined;
  /** Epoch milliseconds. */
  readonly lastSuccessMs: number | undefined;
  readonly staleAfterMs: number;
}

/** When the data becomes too old to be published; undefined when there is none. */
export function staleAtMs({ data, lastSuccessMs, staleAfterMs }: Perishable<unknown>): number | undefined {
  return data === undefined || lastSuccessMs === undefined ? undefined : lastSuccessMs + staleAfterMs;
}

/** The data that may be published at the given time. A poll far in the future means that the clock was set back. */
export function freshData<D>({ data, lastSuccessMs, staleAfterMs }: Perishable<D>, nowMs: number): D | undefined {
  if (lastSuccessMs === undefined) return undefined;
  return Math.abs(nowMs - lastSuccessMs) < staleAfterMs ? data : undefined;
}
