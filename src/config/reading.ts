/** A value read from what the user wrote, or what is wrong with it and the remedy, as in `is late; come earlier`. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Turns what the user wrote into a value. */
export type Reader<T> = (written: unknown) => Reading<T>;

/** The reading of a usable value. */
export function good<T>(value: T): Reading<T> {
  return { ok: true, value };
}

/** The reading of an unusable value. */
export function bad(problem: string): Reading<never> {
  return { ok: false, problem };
}
