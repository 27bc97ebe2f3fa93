import { LineCounter, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Path } from "./messages.ts";

/** Where a key or an element is written, and what it holds. */
interface Place {
  readonly start: number | undefined;
  readonly value: unknown;
}

function placeIn(node: unknown, segment: string | number): Place | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === segment);
    return pair && { start: isScalar(pair.key) ? pair.key.range?.[0] : undefined, value: pair.value };
  }
  const element: unknown = isSeq(node) && typeof segment === "number" ? node.items[segment] : undefined;
  return isScalar(element) ? { start: element.range?.[0], value: element } : undefined;
}

/** Finds the lines of a YAML file in which keys are written; for a key that is not there, the line of what would hold it. */
export function lineFinder(text: string): (path: Path) => number {
  const lineCounter = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter, logLevel: "error" });
  return (path) => {
    let place: Place | undefined = { start: 0, value: contents };
    let start = 0;
    for (const segment of path) {
      place = placeIn(place?.value, segment);
      start = place?.start ?? start;
    }
    return lineCounter.linePos(start).line;
  };
}
