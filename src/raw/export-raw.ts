import { type Ask, createClient } from "../roboflow/client.ts";
import { fetchWorkspaceName } from "../roboflow/workspaces.ts";
import { withDispatcher } from "../roboflow/dispatcher.ts";
import type { Clock } from "../clock.ts";
import type { WorkspaceConfig } from "../config/config.ts";
import { showValue } from "../config/messages.ts";
import { ApiError, ConfigError } from "../errors.ts";
import type { Redactor } from "../redact.ts";
import { type PageQuery, createAskPage } from "./request.ts";
import { type Ending, type WriteDeps, writeRows } from "./write-rows.ts";

/** What is asked for. */
export interface RawRequest extends PageQuery, Pick<WriteDeps, "format"> {
  /** Rows to leave out at the start. */
  readonly offset: number;
  /** The workspace that the key must prove to belong to; undefined when the configuration names it. */
  readonly expectedWorkspace: string | undefined;
}

export interface RawDeps extends Pick<WriteDeps, "write" | "onWritten"> {
  /** Ends the current request, or lets the current page be written and asks for no more. */
  readonly stop: AbortSignal;
  readonly clock: Clock;
  readonly random: () => number;
  readonly redact: Redactor;
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called with why a request will be repeated, and after how long. */
  readonly onRetry: (message: string, delayMs: number) => void;
}

async function confirmWorkspace(expected: string, ask: Ask, { redact, stop }: RawDeps): Promise<void> {
  const name = await fetchWorkspaceName(ask, redact, stop);
  const shown = showValue(expected);
  if (name !== expected)
    throw new ConfigError([
      `--workspace: ${shown} is not the API key's workspace, ${JSON.stringify(name)}; use its key`,
    ]);
}

async function write(ask: Ask, request: RawRequest, deps: RawDeps): Promise<Ending> {
  const { expectedWorkspace, format, offset, ...query } = request;
  try {
    if (expectedWorkspace !== undefined) await confirmWorkspace(expectedWorkspace, ask, deps);
    const askPage = createAskPage(ask, query, deps.redact, deps.stop);
    return await writeRows(offset, { ...deps, askPage, format });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return deps.stop.aborted ? { how: "interrupted" } : { how: "failed", error };
  }
}

/**
 * Writes a workspace's raw rows.
 * @throws ConfigError when the key is another workspace's, or a proxy variable is wrong
 */
export async function exportRaw(
  { api, apiKey, seriesLimit }: WorkspaceConfig,
  request: RawRequest,
  deps: RawDeps,
): Promise<Ending> {
  const observer = {
    onRequest: () => undefined,
    onRetry: (_endpoint: string, { message }: ApiError, delayMs: number) => {
      deps.onRetry(message, delayMs);
    },
  };
  return withDispatcher(deps.env, (dispatcher) =>
    write(createClient({ ...api, apiKey, seriesLimit }, { ...deps, dispatcher, observer }), request, deps),
  );
}
