import type { Ask } from "../roboflow/client.ts";
import { type LegacyQuery, fetchRawRows } from "../sources/legacy/requests.ts";
import { showValue } from "../config/messages.ts";
import { ApiError } from "../errors.ts";
import type { Redactor } from "../redact.ts";
import { readPage } from "./page.ts";
import type { AskPage } from "./pages.ts";

/** What each page is asked with. */
export interface PageQuery extends LegacyQuery {
  /** Rows to a page; the API may give fewer. */
  readonly limit: number;
}

const GONE = "the legacy endpoint is gone, and the raw rows with it";

/** The failure in the words of somebody who wants raw rows. */
function explained(error: ApiError, { projectId }: PageQuery): ApiError {
  const { message, reason, status } = error;
  const because = (text: string) =>
    new ApiError(text, { reason, cause: error, ...(status === undefined ? {} : { status }) });
  if (reason === "too_large") return because(`${message}, or lower --limit`);
  if (status === 404 && projectId !== undefined) {
    const project = `--project: ${showValue(projectId)} is not found by the API (404)`;
    return because(`${project}; give the project's id, not its slug. If that is what it is, ${GONE}`);
  }
  return status === 404 || status === 410 ? because(`the API answered ${status}: ${GONE}`) : error;
}

/** Makes what asks for the pages. */
export function createAskPage(ask: Ask, query: PageQuery, redact: Redactor, signal: AbortSignal): AskPage {
  return async (offset) => {
    try {
      return readPage(await fetchRawRows(ask, { ...query, offset }, signal), redact);
    } catch (error) {
      throw error instanceof ApiError ? explained(error, query) : error;
    }
  };
}
