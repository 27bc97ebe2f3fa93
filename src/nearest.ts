/** Letters in which a mistyped name may differ from the one that was meant. */
const MAX_DISTANCE = 2;
const MAX_LISTED = 12;
const MAX_NAME = 128;

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(a).entries()) {
    let [corner, left] = [index, index + 1];
    row = row.map((above, column) => {
      if (column === 0) return left;
      left = Math.min(corner + Number(letter !== b[column - 1]), above + 1, left + 1);
      corner = above;
      return left;
    });
  }
  return Math.max(...row.slice(-1));
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_. ]/g, "");
}

/** The known name the user most likely meant; undefined when none is near. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  // Written in another fashion: apiKeyFile, API-KEY-FILE.
  const same = text.length > MAX_NAME ? undefined : known.find((name) => plainName(name) === plainName(text));
  if (same !== undefined) return same;
  // Two names that differ much in length cannot be near; this also keeps absurdly long input cheap.
  const ranked = known
    .filter((name) => Math.abs(name.length - text.length) <= MAX_DISTANCE)
    .map((name) => ({ name, distance: editDistance(text, name) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= MAX_DISTANCE && best.distance < text.length ? best.name : undefined;
}

/** The remedy for an unknown name: the nearest one, or the known ones, or where they are listed when they are many. */
export function hint(text: string, known: readonly string[], listedIn: string): string {
  const near = nearest(text, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length <= MAX_LISTED ? `valid names: ${known.join(", ")}` : `see ${listedIn}`;
}
