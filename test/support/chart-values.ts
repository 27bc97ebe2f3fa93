import { isMap, isScalar, parseDocument, type YAMLMap } from "yaml";

/** A value of the chart: where it is, its default, and what the comment above it says. */
export interface ChartValue {
  readonly path: string;
  readonly byDefault: unknown;
  readonly meaning: string;
}

const sentence = (comment: string) => comment.replaceAll(/\s*\n\s*/g, " ").trim();

function valuesIn(map: YAMLMap, at: string): ChartValue[] {
  return map.items.flatMap(({ key, value }, index) => {
    const name = isScalar(key) ? String(key.value) : "";
    const above = isScalar(key) ? key.commentBefore : undefined;
    // The comment above the first key of a mapping belongs to the mapping.
    const meaning = sentence(above ?? (index === 0 && at !== "" ? map.commentBefore : undefined) ?? "");
    if (meaning === "" && isMap(value) && value.items.length > 0) return valuesIn(value, `${at}${name}.`);
    const byDefault: unknown = isMap(value) || !isScalar(value) ? JSON.parse(JSON.stringify(value)) : value.value;
    return [{ path: `${at}${name}`, byDefault, meaning }];
  });
}

/** Every value of a values.yaml. A mapping without a comment of its own is a group of values; what has a comment is one. */
export function chartValues(text: string): ChartValue[] {
  const { contents } = parseDocument(text);
  return isMap(contents) ? valuesIn(contents, "") : [];
}
