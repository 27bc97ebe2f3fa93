/** A value, or what is wrong with the input and how to correct it, as in `is out of range; use 1s to 1d`. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Reads a value from what the user wrote. */
export type Reader<T> = (written: unknown) => Result<T>;

/** The result with a value. */
export function good<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** The result without a value. */
export function bad(problem: string): Result<never> {
  return { ok: false, problem };
}
