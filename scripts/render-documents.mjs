// node scripts/render-documents.mjs OUT: makes HTML of the pages that the exporter serves, docs/metrics.md and the runbooks,
// and writes them to one JSON file, in the form of src/pages/documents.ts. A part of npm run build.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Marked } from "marked";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const METRICS = "docs/metrics.md";
const RUNBOOKS = "prometheus/runbooks";

const runbookNames = readdirSync(path.join(ROOT, RUNBOOKS))
  .filter((file) => file.endsWith(".md"))
  .map((file) => file.slice(0, -".md".length))
  .sort();

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]);

/** The id of a heading, as GitHub makes it. */
const slug = (text) =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

/** Where a file of the repository is served; undefined where it is not. */
function servedAt(file) {
  if (file === METRICS) return "/metrics-docs";
  const name = path.posix.basename(file, ".md");
  return file === `${RUNBOOKS}/${name}.md` && runbookNames.includes(name) ? `/runbooks/${name}` : undefined;
}

/** Names of other alerts in a text become links to their runbooks. */
function withRunbookLinks({ text, escaped }, own) {
  return (escaped ? text : escape(text)).replaceAll(/\bRoboflow[A-Z]\w+/g, (name) =>
    runbookNames.includes(name) && name !== own ? `<a href="/runbooks/${name}">${name}</a>` : name,
  );
}

/** A link of a page: to where its target is served, or the text alone with the name of the file. */
function link(href, text, file) {
  if (/^(?:https?:|#)/.test(href)) return `<a href="${escape(href)}">${text}</a>`;
  const [target, fragment] = href.split("#");
  const linked = path.posix.join(path.posix.dirname(file), target);
  const served = servedAt(linked);
  if (served === undefined) return text.includes(linked) ? text : `${text} (<code>${escape(linked)}</code>)`;
  return `<a href="${served}${fragment === undefined ? "" : `#${escape(fragment)}`}">${text}</a>`;
}

function rendererOf(file) {
  const own = path.posix.basename(file, ".md");
  const labels = new Map();
  let heading = own;
  const label = () => {
    const count = (labels.get(heading) ?? 0) + 1;
    labels.set(heading, count);
    return count === 1 ? heading : `${heading} (${count})`;
  };
  return {
    heading({ tokens, depth, text }) {
      heading = text.replaceAll("`", "");
      return depth === 1 ? "" : `<h${depth} id="${slug(heading)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    link({ href, tokens }) {
      return link(href, escape(this.parser.parseInline(tokens, this.parser.textRenderer)), file);
    },
    text(token) {
      return token.tokens ? this.parser.parseInline(token.tokens) : withRunbookLinks(token, own);
    },
    code: ({ text }) => `<pre tabindex="0"><code>${escape(text)}</code></pre>\n`,
    table(token) {
      const cells = (row, tag) =>
        row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join("");
      const rows = token.rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("\n");
      const table = `<table><thead><tr>${cells(token.header, "th")}</tr></thead>\n<tbody>${rows}</tbody></table>`;
      return `<div class="scroll" tabindex="0" role="region" aria-label="${escape(label())}">${table}</div>\n`;
    },
    html({ text }) {
      if (/^\s*<!--[^]*-->\s*$/.test(text)) return "";
      throw new Error(`${file} has HTML, which is not served: ${text}`);
    },
  };
}

function render(file) {
  const markdown = readFileSync(path.join(ROOT, file), "utf8");
  const [, title = path.posix.basename(file, ".md")] = /^# (.+)$/m.exec(markdown) ?? [];
  return { title, html: new Marked({ renderer: rendererOf(file) }).parse(markdown) };
}

const [out] = process.argv.slice(2);
const runbooks = Object.fromEntries(runbookNames.map((name) => [name, render(`${RUNBOOKS}/${name}.md`)]));
mkdirSync(path.dirname(out), { recursive: true });
writeFileSync(out, `${JSON.stringify({ metrics: render(METRICS), runbooks })}\n`);
