/** Text as Markdown code. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** The columns of a table: their heads, each with a function from a row to its cell. */
type Columns<T> = Readonly<Record<string, (row: T) => string | undefined>>;

/** A table with a line for each row; undefined cells have a dash. */
export function markdownTable<T>(columns: Columns<T>, rows: readonly T[]): string {
  const lines = rows.map((row) => Object.values(columns).map((cell) => (cell(row) ?? "–").replaceAll("|", "\\|")));
  const heads = Object.keys(columns);
  return [heads, heads.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The page with each part between its marks `<!-- MARK: NAME -->` and `<!-- end -->`. */
export function withParts(page: string, mark: string, parts: Readonly<Record<string, string>>): string {
  return page.replaceAll(
    new RegExp(`(<!-- ${mark}: (\\w+) -->\\n)[^]*?(<!-- end -->)`, "g"),
    (_, start: string, name: string, end: string) => `${start}\n${parts[name] ?? ""}\n\n${end}`,
  );
}
