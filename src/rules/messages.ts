/** The text of a query in a message, with labels of the alert in place of ids. */
function query(expr: string, labels: readonly string[]): string {
  const escaped = expr.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `printf "${escaped}" ${labels.map((label) => `$labels.${label}`).join(" ")} | query`;
}

const matchers = (labels: readonly string[]) => labels.map((label) => `${label}=%q`).join(",");

/** Adds the alert's own ids to a selector, which may have a window. */
function selectorOf(series: string, labels: readonly string[]): string {
  const [name = "", rest] = series.split("{");
  return `${name}{${matchers(labels)}${rest === undefined ? "}" : `,${rest}`}`;
}

/**
 * A piece of a message that shows a number from Prometheus, and nothing where there is none.
 * @param text with NUMBER in its place
 */
export function withNumber(
  text: string,
  series: string,
  labels: readonly string[],
  format: "percent" | "count" = "percent",
): string {
  const selector = selectorOf(series, labels);
  const expr = format === "percent" ? `round(max(${selector}), 0.001)` : `max(${selector})`;
  const shown = format === "percent" ? "humanizePercentage" : 'printf "%.0f"';
  return `{{ with ${query(expr, labels)} }}${text.replace("NUMBER", `{{ . | first | value | ${shown} }}`)}{{ end }}`;
}

export const PERCENT = "{{ $value | humanizePercentage }}";
export const COUNT = '{{ $value | printf "%.0f" }}';
