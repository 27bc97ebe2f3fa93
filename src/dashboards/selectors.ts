/** A set of label matchers, for example `{ workspace: '=~"$workspace"' }`. */
export type Matchers = Readonly<Record<string, string>>;

export function select(metric: string, matchers: Matchers): string {
  const inner = Object.entries(matchers).map(([label, matcher]) => label + matcher);
  return `${metric}{${inner.join(",")}}`;
}

/** A windowed metric: it names exactly one window, always. */
export function inWindow(metric: string, matchers: Matchers, window: string): string {
  return select(metric, { ...matchers, window: `="${window}"` });
}
