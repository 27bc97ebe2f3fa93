/** Text that Markdown shows as it stands. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** The columns of a table: their heads, and how each reads its cell from a row. */
type Columns<T> = Readonly<Record<string, (row: T) => string | undefined>>;

/** A table with a line for each row; a cell with nothing to say has a dash. */
export function markdownTable<T>(columns: Columns<T>, rows: readonly T[]): string {
  const lines = rows.map((row) => Object.values(columns).map((cell) => (cell(row) ?? "–").replaceAll("|", "\\|")));
  const heads = Object.keys(columns);
  return [heads, heads.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A page in which each part stands between its marks `<!-- MARK: NAME -->` and `<!-- end -->`. */
export function withParts(page: string, mark: string, parts: Readonly<Record<string, string>>): string {
  return page.replaceAll(
    new RegExp(`(<!-- ${mark}: (\\w+) -->\\n)[^]*?(<!-- end -->)`, "g"),
    (_, start: string, name: string, end: string) => `${start}\n${parts[name] ?? ""}\n\n${end}`,
  );
}
