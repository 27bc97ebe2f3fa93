import type { Request, RequestHandler, Response } from "express";
import type { Clock } from "../clock.ts";
import { type EffectiveConfig } from "../config/effective.ts";
import { effectiveYaml } from "../config/effective-yaml.ts";
import type { SnapshotStore } from "../exposition/store.ts";
import { renderConfiguration } from "../pages/configuration.ts";
import { type Documents, renderMetricsDocs, renderRunbook, renderRunbookIndex } from "../pages/documents.ts";
import { renderLandingPage } from "../pages/landing.ts";
import { PATHS, type PageSettings } from "../pages/layout.ts";
import { pollsJson, renderPolls } from "../pages/polls.ts";
import { STYLE } from "../pages/style.ts";
import type { PollJournal } from "../poller/journal.ts";
import type { Redactor } from "../redact.ts";

export interface PagesDeps {
  readonly store: Pick<SnapshotStore, "states">;
  readonly journal: Pick<PollJournal, "of">;
  /** The configuration in use. */
  readonly effectiveConfig: () => EffectiveConfig;
  /** The shipped pages; undefined where the build has not made them. */
  readonly documents: () => Promise<Documents | undefined>;
  readonly redact: Redactor;
  readonly clock: Clock;
}

/** Only our own style sheet: no script, no image, no form, no frame, nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What changes with each poll is not kept anywhere; what changes with the version is, for a while. */
const FRESH = "no-store";
const SHIPPED = "private, max-age=300";

function sendPage(response: Response, page: string, caching = FRESH): void {
  response.set("Content-Security-Policy", POLICY).set("Referrer-Policy", "no-referrer");
  response.set("Cache-Control", caching).type("text/html").send(page);
}

function sendText(response: Response, status: number, text: string): void {
  response.status(status).type("text/plain").send(text);
}

type Handler = (request: Request, response: Response) => void | Promise<void>;

function landing({ store, journal, clock, redact }: PagesDeps, settings: PageSettings): Handler {
  return (_request, response) => {
    const content = { states: store.states(), journal, now: clock.moment() };
    sendPage(response, redact(renderLandingPage(content, settings)));
  };
}

function polls({ store, journal, clock, redact }: PagesDeps, settings: PageSettings): Handler {
  return (request, response) => {
    const { workspace } = request.query;
    const only = typeof workspace === "string" ? workspace : undefined;
    const content = { states: store.states(), journal, only, nowMs: clock.now() };
    response.vary("Accept");
    if (request.accepts(["text/html", "application/json"]) !== "application/json") {
      sendPage(response, redact(renderPolls(content, settings)));
      return;
    }
    response.set("Cache-Control", FRESH).type("application/json");
    response.send(`${redact(JSON.stringify(pollsJson(content)))}\n`);
  };
}

function configuration({ effectiveConfig, redact }: PagesDeps, settings: PageSettings): Handler {
  return (request, response) => {
    const yaml = redact(effectiveYaml(effectiveConfig()));
    response.vary("Accept");
    if (request.accepts(["application/yaml", "text/html"]) === "text/html")
      sendPage(response, renderConfiguration(yaml, settings));
    else response.set("Cache-Control", FRESH).type("application/yaml; charset=utf-8").send(yaml);
  };
}

/** A page made of the shipped ones; undefined where there is none of that name. */
function shipped(
  { documents }: PagesDeps,
  render: (documents: Documents, request: Request) => string | undefined,
): Handler {
  return async (request, response) => {
    const all = await documents();
    const page = all && render(all, request);
    if (page !== undefined) sendPage(response, page, SHIPPED);
    else if (all) sendText(response, 404, `Not found; the runbooks are at ${PATHS.runbooks}.\n`);
    else sendText(response, 404, "This build has no documentation; npm run build makes it.\n");
  };
}

const style: Handler = (_request, response) => {
  response.set("Cache-Control", "public, max-age=3600").type("text/css").send(STYLE);
};

/** The pages for people, by their paths. */
export function pagesOf(deps: PagesDeps, settings: PageSettings): readonly (readonly [path: string, RequestHandler])[] {
  return [
    [PATHS.landing, landing(deps, settings)],
    [PATHS.polls, polls(deps, settings)],
    [PATHS.config, configuration(deps, settings)],
    [PATHS.metricsDocs, shipped(deps, (all) => renderMetricsDocs(all, settings))],
    [PATHS.runbooks, shipped(deps, (all) => renderRunbookIndex(all, settings))],
    [
      `${PATHS.runbooks}/:name`,
      shipped(deps, (all, { params }) => renderRunbook(String(params["name"]), all, settings)),
    ],
    [PATHS.style, style],
  ];
}
