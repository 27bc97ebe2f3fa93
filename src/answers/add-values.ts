/**
 * Adds up two objects' numbers, field by field. Known plus unknown is unknown: a partial sum would be a wrong value.
 * So would infinity.
 */
export function addValues<F extends string>(
  fields: readonly F[],
  a: Readonly<Partial<Record<F, number>>>,
  b: Readonly<Partial<Record<F, number>>>,
): Partial<Record<F, number>> {
  const sum: Partial<Record<F, number>> = {};
  for (const field of fields) {
    const [left, right] = [a[field], b[field]];
    if (left !== undefined && right !== undefined && Number.isFinite(left + right)) sum[field] = left + right;
  }
  return sum;
}
