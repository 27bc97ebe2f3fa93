/** Text that is HTML already. */
export class Html {
  readonly text: string;

  /** @param text trusted: our own markup, or what {@link html} made */
  constructor(text: string) {
    this.text = text;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;" },
  ...{ '"': "&quot;", "'": "&#39;" },
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

/** What can stand in a template: texts and numbers are escaped, HTML is not, lists are joined, undefined is nothing. */
type Part = Html | string | number | undefined | readonly Part[];

function render(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(render).join("");
  return escapeHtml(String(part));
}

/** A template of HTML. Whatever is put in is escaped, unless it is {@link Html}, so that nothing from outside is markup. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((string, index) => string + render(parts[index])).join(""));
}
