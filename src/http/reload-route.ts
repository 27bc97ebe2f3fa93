import type { RequestHandler } from "express";
import type { Reload } from "../running/reloader.ts";

/** As Prometheus has it, and every client that knows Prometheus. Source: `web/web.go` */
const ALLOWED = "POST, PUT";

/**
 * The route that has the configuration read again.
 * @param reload undefined where the command line does not allow it
 */
export function createReloadRoute(reload: Reload | undefined): RequestHandler {
  return async ({ method }, response) => {
    response.type("text/plain");
    if (method !== "POST" && method !== "PUT")
      response.status(405).set("Allow", ALLOWED).send("Method not allowed; use POST or PUT.\n");
    else if (!reload) response.status(403).send("Lifecycle API is not enabled; start with --web.enable-lifecycle.\n");
    else {
      const { isLoaded, text } = await reload();
      response.status(isLoaded ? 200 : 500).send(`${text}\n`);
    }
  };
}
