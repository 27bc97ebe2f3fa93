import { VERSION } from "../version.ts";
import { type Html, html } from "./html.ts";

/** Where the pages are. */
export const PATHS = {
  landing: "/",
  polls: "/polls",
  config: "/config",
  metricsDocs: "/metrics-docs",
  runbooks: "/runbooks",
  style: "/style.css",
  sd: "/sd",
  probe: "/probe",
} as const;

/** What every page shows of the configuration. */
export interface PageSettings {
  readonly telemetryPath: string;
  /** Whether the data is simulated. */
  readonly isDemo: boolean;
}

export interface Page {
  /** The heading. */
  readonly title: string;
  /** Which link of the navigation leads here. */
  readonly path: string;
  readonly body: Html;
}

const NAVIGATION = [
  { path: PATHS.landing, name: "State" },
  { path: PATHS.polls, name: "Polls" },
  { path: PATHS.config, name: "Configuration" },
  { path: PATHS.metricsDocs, name: "Metrics explained" },
  { path: PATHS.runbooks, name: "Runbooks" },
];

const DEMO = html`<p class="demo" role="status">
  <strong>Demo data.</strong> Every workspace, person and number here is simulated.
</p>`;

function navigation(current: string): Html {
  const links = NAVIGATION.map(({ path, name }) =>
    path === current
      ? html`<li><a href="${path}" aria-current="page">${name}</a></li>`
      : html`<li><a href="${path}">${name}</a></li>`,
  );
  return html`<nav aria-label="Pages">
    <ul>
      ${links}
    </ul>
  </nav>`;
}

/** A whole page, as text. */
export function renderPage({ title, path, body }: Page, { isDemo }: Pick<PageSettings, "isDemo">): string {
  const name = "roboflow-exporter";
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – ${name}</title>
        <link rel="stylesheet" href="${PATHS.style}" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <p class="product"><a href="/">${name}</a> <span>${VERSION}</span></p>
          ${navigation(path)}
        </header>
        ${isDemo ? DEMO : undefined}
        <main id="content" tabindex="-1">
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `;
  return `${page.text.trim()}\n`;
}
