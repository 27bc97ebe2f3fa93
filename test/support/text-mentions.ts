/** What a text can speak of that the program may or may not have. */
export type Kind = "alert" | "command" | "file" | "flag" | "key" | "metric" | "path" | "script" | "signal" | "variable";

/** A word of a text, and the line it stands in. */
export interface Mention {
  readonly kind: Kind;
  readonly word: string;
  readonly line: string;
  /** From 1. */
  readonly number: number;
}

/** A piece of a text: prose, what stands in backticks, or a line of a fenced block or of a text without marks. */
interface Piece {
  readonly text: string;
  readonly form: "prose" | "span" | "code";
  readonly line: string;
  readonly number: number;
}

/** Programs with flags of their own; ours takes over where it is named, or after npm's double dash. */
const OTHERS =
  /\b(?:amtool|apt-get|chromium|curl|docker|git|grafana|kubectl|node|npm|npx|podman|prometheus|promtool|vitest|alertmanager)(?![\w.:/-])/g;
const OURS = /roboflow-exporter|main\.js|npm [^|]*? -- |stack\.mjs/g;

function lastEnd(text: string, pattern: RegExp): number {
  return Math.max(-1, ...[...text.matchAll(pattern)].map((match) => match.index + match[0].length));
}

function isOfAnother(before: string): boolean {
  return lastEnd(before, OTHERS) > lastEnd(before, OURS);
}

/** Lines that end in a backslash go on in the next one. */
function logicalLines(text: string): { text: string; number: number }[] {
  const lines: { text: string; number: number }[] = [];
  let isOpen = false;
  for (const [index, line] of text.split("\n").entries()) {
    const last = lines.at(-1);
    if (isOpen && last) last.text = `${last.text.slice(0, -1)}${line}`;
    else lines.push({ text: line, number: index + 1 });
    isOpen = line.endsWith("\\");
  }
  return lines;
}

function piecesOf(text: string, isMarkdown: boolean): Piece[] {
  let isFenced = false;
  return logicalLines(text).flatMap(({ text: line, number }): Piece[] => {
    const piece = (part: string, form: Piece["form"]): Piece => ({ text: part, form, line, number });
    if (!isMarkdown) return [piece(line, "code")];
    if (/^\s*```/.test(line)) {
      isFenced = !isFenced;
      return [];
    }
    if (isFenced) return [piece(line, "code")];
    const spans = [...line.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => piece(span, "span"));
    return [piece(line.replaceAll(/`[^`]+`/g, " ").replaceAll(/\]\([^)]*\)/g, "]"), "prose"), ...spans];
  });
}

/** `a_{b,c}` is `a_b` and `a_c`. */
function expanded(word: string): string[] {
  const match = /^([^{]*)\{([^}]*)\}(.*)$/.exec(word);
  if (!match) return [word];
  const [, before = "", choices = "", after = ""] = match;
  return choices.split(",").flatMap((choice) => expanded(`${before}${choice}${after}`));
}

const METRIC =
  /(?<![\w/.-])(?:(?:[a-z_]+|\{[a-z_,]+\}):)?roboflow_(?:[a-z0-9_]|\{[a-z0-9_,]+\}(?=[a-z0-9_:])|(?<=_)\{[a-z0-9_,]+\})*\*?(?::(?:[a-z0-9_]|\{[a-z0-9_,]+\})+)*(?![\w/-])/g;

/** What the first group that matched holds, match by match. */
const all = (pattern: RegExp, text: string) =>
  [...text.matchAll(pattern)].map(
    ([, ...groups]: (string | undefined)[]) => groups.find((word) => word !== undefined) ?? "",
  );

const FILE_NAME = /^[\w-]+\.(?:ts|mjs|md|ya?ml|json)$/;

/** How words of each kind are found in a piece. */
const FINDERS: Readonly<Record<Kind, (piece: Piece) => readonly string[]>> = {
  alert: ({ text }) => all(/\b(Roboflow[A-Z]\w+)/g, text),
  command: ({ text, form }) =>
    form === "prose"
      ? []
      : all(
          /(?:(?<![\w/-])roboflow-exporter|dist\/main\.js|npm (?:start|run demo)[^|]*? --) ([a-z]+)(?![\w.:/-])/g,
          text,
        ),
  file: ({ text, form }) =>
    form === "span" && (/^(?:\.?[\w@-]+\/)+[\w.*-]*$/.test(text) || FILE_NAME.test(text)) ? [text] : [],
  flag: ({ text }) =>
    [...text.matchAll(/(?<![\w-])--[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*/g)]
      .filter(({ index }) => !isOfAnother(text.slice(0, index)))
      .map(([flag]) => flag),
  key: ({ text, form }) =>
    form === "span"
      ? all(/^([a-z_]+(?:\.[a-z_]+)*)(?:: .*)$|^([a-z_]+(?:\.[a-z_]+)+)$/g, text).filter(
          (word) => !FILE_NAME.test(word),
        )
      : all(/(?<![\w./-])((?:api|poll|labelers|metrics|limits)\.[a-z]+(?:_[a-z]+)*)(?![\w/(])/g, text),
  metric: ({ text }) => [...text.matchAll(METRIC)].flatMap(([word]) => expanded(word)),
  path: ({ text, form }) => [
    ...all(/(?<![\w.])(\/-\/[a-z-]+)/g, text),
    ...all(/:17626(\/[\w/.{}-]*)/g, text),
    ...(form === "span" ? all(/^(?:GET |HEAD |POST |PUT )?(\/(?!-\/)[\w/.{}-]*)$/g, text) : []),
  ],
  script: ({ text }) => [
    ...all(/\bnpm (?:--\S+ )*(?:--prefix \S+ )?run (?:--\S+ )*([\w:-]+)/g, text),
    ...all(/\bnpm (test|start)\b/g, text),
  ],
  signal: ({ text }) => all(/\b(SIG[A-Z]{2,}\d?)\b/g, text),
  variable: ({ text, form }) =>
    form === "prose" ? [] : all(/(?<![\w.])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?![\w(])/g, text),
};

const KINDS = Object.keys(FINDERS) as Kind[];

/** Everything a text speaks of. In Markdown only what stands in backticks or fenced blocks can be a file or a command. */
export function mentionsIn(text: string, isMarkdown: boolean): Mention[] {
  return piecesOf(text, isMarkdown).flatMap((piece) =>
    KINDS.flatMap((kind) =>
      FINDERS[kind](piece).map((word) => ({ kind, word, line: piece.line, number: piece.number })),
    ),
  );
}
