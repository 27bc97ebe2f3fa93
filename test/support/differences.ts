/** Where two values differ, in words: `a.0.b: 1 -> 2`. Missing keys count as undefined. */
export function differences(before: unknown, after: unknown, path = ""): string[] {
  if (Object.is(before, after)) return [];
  if (typeof before !== "object" || typeof after !== "object" || before === null || after === null)
    return [`${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`];
  const [old, young] = [new Map(Object.entries(before)), new Map(Object.entries(after))] as Map<string, unknown>[];
  const keys = new Set([...(old?.keys() ?? []), ...(young?.keys() ?? [])]);
  return [...keys].flatMap((key) => differences(old?.get(key), young?.get(key), path === "" ? key : `${path}.${key}`));
}
