import { type Html, Html as Markup, html } from "./html.ts";
import { PATHS, type PageSettings, renderPage } from "./layout.ts";

/** A shipped page of Markdown, made HTML by the build. */
export interface Document {
  readonly title: string;
  /** Without the title. Our own text, so it is trusted. */
  readonly html: string;
}

/** The shipped pages: the documentation of the metrics, and the runbooks by their names. */
export interface Documents {
  readonly metrics: Document;
  readonly runbooks: Readonly<Record<string, Document>>;
}

/** The page at `/metrics-docs`. */
export function renderMetricsDocs({ metrics }: Documents, settings: PageSettings): string {
  const body = new Markup(metrics.html);
  return renderPage({ title: metrics.title, path: PATHS.metricsDocs, body }, settings);
}

/** A runbook; undefined when there is none of that name. Alerts link to it with the name of the file, `NAME.md`. */
export function renderRunbook(name: string, { runbooks }: Documents, settings: PageSettings): string | undefined {
  const key = name.replace(/\.md$/, "");
  const runbook = Object.hasOwn(runbooks, key) ? runbooks[key] : undefined;
  if (!runbook) return undefined;
  const body = html`<p><a href="${PATHS.runbooks}">All runbooks</a></p>
    ${new Markup(runbook.html)}`;
  return renderPage({ title: runbook.title, path: `${PATHS.runbooks}/${key}`, body }, settings);
}

function listed([name, { title }]: readonly [string, Document]): Html {
  return html`<li><a href="${PATHS.runbooks}/${name}">${title}</a></li>`;
}

/** The page at `/runbooks`. */
export function renderRunbookIndex({ runbooks }: Documents, settings: PageSettings): string {
  const body = html`<p>What each alert means, how to find its cause, and what to do.</p>
    <ul>
      ${Object.entries(runbooks).map(listed)}
    </ul>`;
  return renderPage({ title: "Runbooks", path: PATHS.runbooks, body }, settings);
}
