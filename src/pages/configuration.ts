import { html } from "./html.ts";
import { PATHS, type PageSettings, renderPage } from "./layout.ts";

/** The page at `/config`: the YAML of the effective configuration. */
export function renderConfiguration(yaml: string, settings: PageSettings): string {
  const body = html`<p>
      Every setting that holds now, defaults included, and where it comes from. All keys are explained in the project's
      docs/configuration.md.
    </p>
    <pre tabindex="0" role="region" aria-label="Configuration">${yaml}</pre>`;
  return renderPage({ title: "Configuration", path: PATHS.config, body }, settings);
}
