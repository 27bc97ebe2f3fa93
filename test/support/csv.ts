/** Reads RFC 4180 into cells; whether a cell was quoted is kept, for nothing and empty text are distinguished by it. */
export function parseCsv(text: string): { readonly text: string; readonly quoted: boolean }[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const records: { text: string; quoted: boolean }[][] = [[]];
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const match = cell.exec(text);
    if (!match) throw new Error(`no CSV at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
    const [, quoted, bare = "", end] = match;
    records.at(-1)?.push({ text: quoted?.replaceAll('""', '"') ?? bare, quoted: quoted !== undefined });
    if (end === "\r\n") records.push([]);
  }
  return records.slice(0, -1);
}
