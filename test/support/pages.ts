import { readFileSync } from "node:fs";
import ts from "typescript";
import { CATALOGUE } from "../../src/exposition/catalogue.ts";
import { helpTexts, type Page, TRACKED } from "./known-words.ts";

/** The sentences among the literals of a TypeScript file, one a line: what has no space is a value. */
export function literalsOf(file: string): string {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) &&
      node.text.includes(" ")
    )
      texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts.join("\n");
}

const read = (name: string): Page => ({ name, text: readFileSync(name, "utf8") });

/** Tracked files whose name matches. */
export const trackedPages = (pattern: RegExp): Page[] => TRACKED.filter((file) => pattern.test(file)).map(read);

/**
 * What a user reads: Markdown, configurations and rules, every `--help`, every HELP, and the sentences of the program, but
 * for the style sheet, which has none.
 */
export async function readPages(): Promise<Page[]> {
  return [
    ...trackedPages(/\.md$/),
    ...trackedPages(/^prometheus\/(?!tests\/).*\.ya?ml$/),
    ...[...(await helpTexts())].map(([command, text]) => ({ name: `--help of ${command}`, text })),
    ...CATALOGUE.map(({ name, help, caveat }) => ({ name: `HELP of ${name}`, text: `${name}\n${help}\n${caveat}` })),
    ...TRACKED.filter((file) => /^src\/(?!pages\/style\.ts).*\.ts$/.test(file)).map((name) => ({
      name,
      text: literalsOf(name),
    })),
  ];
}
