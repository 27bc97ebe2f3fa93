import type { Clock } from "../clock.ts";
import type { WorkspaceConfig } from "../config/config.ts";
import { showValue } from "../config/messages.ts";
import { ApiError, ConfigError } from "../errors.ts";
import type { Redactor } from "../redact.ts";
import { type Ask, createClient } from "../roboflow/client.ts";
import { withDispatcher } from "../roboflow/dispatcher.ts";
import type { Enter } from "../roboflow/limiter.ts";
import { fetchWorkspaceName } from "../roboflow/workspaces.ts";
import { type Format, type FormatName, FORMATS } from "./formats.ts";
import { type AskPage, type Page, readPages } from "./pages.ts";
import { type PageQuery, createAskPage } from "./request.ts";

/** Why the writing of rows ended. */
export type Ending =
  | { readonly how: "complete" }
  | { readonly how: "interrupted" }
  /** The API failed. */
  | { readonly how: "failed"; readonly error: ApiError }
  /** The output cannot be written; `EPIPE`: its reader has gone away. */
  | { readonly how: "unwritable"; readonly code: string };

interface WriteDeps {
  readonly askPage: AskPage;
  readonly format: FormatName;
  /** Resolves when the text is out, with the system's code when it cannot be. */
  readonly write: (text: string) => Promise<string | undefined>;
  /** Called with the number of rows that are written so far. */
  readonly onWritten: (rows: number) => void;
}

async function writePages(start: number, first: Page | undefined, deps: WriteDeps): Promise<Ending> {
  let format: Format | undefined = first && FORMATS[deps.format](first);
  for await (const page of readPages(deps.askPage, start, first)) {
    format ??= FORMATS[deps.format](page);
    const code = await deps.write((page.offset === 0 ? format.header : "") + format.textOf(page));
    if (code !== undefined) return { how: "unwritable", code };
    deps.onWritten(page.offset - start + page.rows.length);
  }
  return { how: "complete" };
}

/**
 * Writes the rows from `start` on, a page at a time. A run that begins further on first asks for the page at offset 0: it
 * shows the columns of what was written before, and whether the API ignores the offset.
 * @throws ApiError
 */
async function writeRows(start: number, deps: WriteDeps): Promise<Ending> {
  return writePages(start, start === 0 ? undefined : await deps.askPage(0), deps);
}

/** How far a run came. */
export interface Extent {
  /** Rows left out at the start. */
  readonly start: number;
  readonly written: number;
}

function problemsOf(ending: Ending, { written }: Extent): readonly string[] {
  switch (ending.how) {
    case "complete":
      return [];
    case "interrupted":
      return ["interrupted"];
    case "failed":
      return [ending.error.message];
    case "unwritable":
      return [`standard output cannot be written (${ending.code}); keep ${written} rows of what this run wrote`];
  }
}

function summaryOf({ how }: Ending, { start, written }: Extent): string {
  if (how === "complete") return `complete: ${written} rows written`;
  if (how === "failed" && written === 0) return "failed: nothing was written";
  return `incomplete: ${written} rows written; resume with --offset ${start + written}`;
}

/**
 * The messages at the end, line by line. None when the reader went away: that is how `| head` ends, and how many rows it
 * has read cannot be known.
 */
export function endingText(ending: Ending, extent: Extent): readonly string[] {
  if (ending.how === "unwritable" && ending.code === "EPIPE") return [];
  return [...problemsOf(ending, extent), summaryOf(ending, extent)];
}

/** The exit status: 0 complete, 1 failed before anything was written, 2 incomplete. */
export function exitStatus({ how }: Ending, { written }: Extent): number {
  if (how === "complete") return 0;
  return how === "failed" && written === 0 ? 1 : 2;
}

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
  /** Waits for the turn of each request. */
  readonly enter: Enter;
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
