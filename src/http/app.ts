import type { IncomingMessage, RequestListener } from "node:http";
import express, {
  type ErrorRequestHandler,
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import type { Config, WebConfig } from "../config/config.ts";
import type { Logger } from "../logger/logger.ts";
import type { Reload } from "../running/reloader.ts";
import type { SelfMetrics } from "../self/recorder.ts";
import type { SnapshotStore } from "../exposition/store.ts";
import { PATHS } from "../pages/layout.ts";
import { createDiscoveryRoute } from "./discovery.ts";
import { limitRequests } from "./limit-requests.ts";
import { createMetricsRoute } from "./metrics-route.ts";
import { type PagesDeps, pagesOf } from "./pages.ts";
import { createProbeRoute } from "./probe-route.ts";
import { createReloadRoute } from "./reload-route.ts";

export interface AppDeps extends PagesDeps {
  readonly store: Pick<SnapshotStore, "current" | "ofWorkspace" | "states" | "isEverySourcePolled">;
  readonly selfMetrics: SelfMetrics;
  readonly logger: Logger;
}

/** What of the configuration the routes depend on. */
interface RouteSettings extends Pick<WebConfig, "telemetryPath" | "maxRequests">, Partial<Pick<Config, "isDemo">> {
  /** Absent where clients may not reload the configuration. */
  readonly reload?: Reload | undefined;
}

function plain(status: number, text: string): RequestHandler {
  return (_request, response) => {
    response.status(status).type("text/plain").send(`${text}\n`);
  };
}

/** Answers 400 to a path that cannot be decoded: the client's fault, and nothing for the log. */
function refuseUndecodable(request: Request, response: Response, next: NextFunction): void {
  try {
    decodeURIComponent(request.path);
  } catch {
    void plain(400, "Bad request: the path cannot be decoded.")(request, response, next);
    return;
  }
  next();
}

/** GET and HEAD only; any other method on a path that exists is a 405. */
function addRoute(app: Express, path: string, ...handlers: RequestHandler[]): void {
  app.get(path, ...handlers);
  app.all(path, (_request, response) => {
    response.status(405).set("Allow", "GET, HEAD").type("text/plain").send("Method not allowed; use GET or HEAD.\n");
  });
}

/** A limit as Express puts it before a route. */
function before(limit: ReturnType<typeof limitRequests>): RequestHandler {
  return (request, response, next) => {
    limit(() => {
      next();
    })(request, response);
  };
}

/** Says whether the first poll of every source is done. */
function readiness({ isEverySourcePolled }: AppDeps["store"]): RequestHandler {
  const [ready, notReady] = [plain(200, "Ready."), plain(503, "Not ready: the first poll is not done yet.")];
  return (request, response, next) => {
    const answer = isEverySourcePolled() ? ready : notReady;
    void answer(request, response, next);
  };
}

/** Answers 500 to a bug of ours. Nothing of the error is shown. */
function reportError(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    logger.error({ err: error }, "request failed");
    if (response.headersSent) next(error);
    else response.status(500).type("text/plain").send("Internal error; see the log.\n");
  };
}

/**
 * Answers what is a scrape beyond doubt before Express sees it: to route a request takes Express more time than all that is
 * done for a small response. What is left, with another method or another spelling of the path, takes the way of all pages.
 */
function scrapesFirst(telemetryPath: string, scrape: RequestListener, pages: RequestListener): RequestListener {
  const isScrape = ({ method, url = "" }: IncomingMessage) =>
    (method === "GET" || method === "HEAD") && (url === telemetryPath || url.startsWith(`${telemetryPath}?`));
  return (request, response) => {
    if (isScrape(request)) scrape(request, response);
    else pages(request, response);
  };
}

/** The routes. Listening is the server's business. */
export function createApp(settings: RouteSettings, deps: AppDeps): RequestListener {
  const { telemetryPath, maxRequests, isDemo = false, reload } = settings;
  const { store, selfMetrics, clock, logger } = deps;
  const app = express();
  app.disable("x-powered-by").disable("etag").enable("case sensitive routing");
  app.use((_request, response, next) => {
    response.set("X-Content-Type-Options", "nosniff");
    next();
  });
  app.use(refuseUndecodable);
  const scrapes = limitRequests(maxRequests);
  const scrape = scrapes(createMetricsRoute({ currentBody: store.current, selfMetrics, clock, logger }));
  addRoute(app, telemetryPath, scrape);
  addRoute(app, PATHS.probe, before(scrapes), createProbeRoute(deps));
  addRoute(app, "/-/healthy", plain(200, "Healthy."));
  addRoute(app, "/-/ready", readiness(store));
  app.all("/-/reload", createReloadRoute(reload));
  // Slots of their own: however many people look, scrapes go on.
  const views = before(limitRequests(maxRequests));
  addRoute(app, PATHS.sd, views, createDiscoveryRoute(store.states));
  for (const [path, page] of pagesOf(deps, { telemetryPath, isDemo })) addRoute(app, path, views, page);
  app.use(plain(404, `Not found; the metrics are at ${telemetryPath}.`));
  app.use(reportError(logger));
  return scrapesFirst(telemetryPath, scrape, app);
}
