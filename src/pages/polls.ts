import type { WorkspaceState } from "../exposition/workspace-state.ts";
import {
  type PollEntry,
  type PollJournal,
  type RequestNote,
  type SourceJournal,
  isFailure,
} from "../poller/journal.ts";
import { type Html, html } from "./html.ts";
import { PATHS, type PageSettings, renderPage } from "./layout.ts";
import { durationText, timeTag } from "./times.ts";

/** How many sources are shown with all their polls: a page of hundreds would hold up scrapes. */
const MAX_IN_FULL = 6;

/** What the page at `/polls` shows. */
export interface PollsContent {
  readonly states: readonly Pick<WorkspaceState, "workspace" | "sources">[];
  /** The name of the only workspace that is asked for; undefined for all. */
  readonly only: string | undefined;
  readonly journal: Pick<PollJournal, "of">;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** A number with its noun: `1 row`, `5 rows`; nothing for what is unknown. */
function counted(count: number | undefined, one: string, several = `${one}s`): string[] {
  return count === undefined ? [] : [`${count} ${count === 1 ? one : several}`];
}

function requestLine({ url, status, failure, durationMs }: RequestNote): Html {
  const facts = [status, failure, durationText(durationMs)].filter((fact) => fact !== undefined);
  return html`<li><code>GET ${url}</code> ${facts.join(", ")}</li>`;
}

function anomalyLines(anomalies: PollEntry["anomalies"]): Html | undefined {
  const lines = Object.entries(anomalies).map(([kind, count]) => html`<li>${count} × ${kind}</li>`);
  if (lines.length === 0) return undefined;
  return html`<p>Deviations from the API's documentation:</p>
    <ul>
      ${lines}
    </ul>`;
}

const OUTCOMES: Readonly<Record<string, { readonly look: string; readonly text: string }>> = {
  ok: { look: "good", text: "good" },
  gone: { look: "", text: "the endpoint is gone" },
};

/** What became of the poll, in a line. */
function summary(entry: PollEntry, nowMs: number): Html {
  const { outcome, startedMs, durationMs, requestCount, rows, series, droppedSeries = 0 } = entry;
  const { look, text } = OUTCOMES[outcome] ?? { look: "bad", text: `failed: ${outcome}` };
  const anomalies = Object.values(entry.anomalies).reduce((sum, count) => sum + count, 0);
  const facts = [
    durationText(durationMs),
    ...counted(requestCount, "request"),
    ...counted(rows, "row"),
    ...counted(series, "series", "series"),
    ...(droppedSeries > 0 ? [`${droppedSeries} left out`] : []),
    ...(anomalies > 0 ? counted(anomalies, "anomaly", "anomalies") : []),
  ];
  return html`<span class="state ${look}">${text}</span>, ${timeTag(startedMs, nowMs)}: ${facts.join(", ")}`;
}

function details(entry: PollEntry, nowMs: number): Html {
  const { requests, requestCount, message } = entry;
  const left = requestCount - requests.length;
  return html`<details>
    <summary>${summary(entry, nowMs)}</summary>
    ${message === undefined ? undefined : html`<p>${message}</p>`}
    <ul class="requests">
      ${requests.map(requestLine)}${left > 0 ? html`<li>and ${left} more</li>` : undefined}
    </ul>
    ${anomalyLines(entry.anomalies)}
  </details>`;
}

/** A source of a workspace, with its polls. */
interface Shown extends SourceJournal {
  readonly workspace: string;
  readonly source: string;
}

/** The sources that are asked for, and whether they are few enough to be shown in full. */
function shownOf({ states, only, journal }: Omit<PollsContent, "nowMs">) {
  const shown = states
    .filter(({ workspace }) => only === undefined || workspace === only)
    .flatMap(({ workspace, sources }) =>
      [...sources.keys()].map((source): Shown => ({ workspace, source, ...journal.of(workspace, source) })),
    );
  return { shown, isInFull: shown.length <= MAX_IN_FULL };
}

function brief({ workspace, source, recent: [last] }: Shown, nowMs: number): Html {
  const href = `${PATHS.polls}?workspace=${encodeURIComponent(workspace)}`;
  return html`<section>
    <h2><a href="${href}">${workspace}</a>, ${source}</h2>
    <p>${last === undefined ? "No poll has ended yet." : summary(last, nowMs)}</p>
  </section>`;
}

function section({ workspace, source, recent, olderFailures }: Shown, nowMs: number): Html {
  const polls = recent.map((entry) => details(entry, nowMs));
  const older = olderFailures.map((entry) => details(entry, nowMs));
  return html`<section>
    <h2>${workspace}, ${source}</h2>
    ${polls.length === 0 ? html`<p>No poll has ended yet.</p>` : polls}
    ${
      older.length === 0
        ? undefined
        : html`<h3>Older failures</h3>
            ${older}`
    }
  </section>`;
}

/** The page at `/polls`: the last polls of each source, the newest first, and failures from before them. */
export function renderPolls(content: PollsContent, settings: PageSettings): string {
  const { shown, isInFull } = shownOf(content);
  const sections = shown.map((one) => (isInFull ? section : brief)(one, content.nowMs));
  const body = html`<p>
      The last polls of this process, the newest first; failures are kept longer. As JSON:
      <code>curl -H 'Accept: application/json' …${PATHS.polls}</code>
    </p>
    ${isInFull ? undefined : html`<p>There are many: here is the last poll of each source. A workspace has them all.</p>`}
    ${sections.length === 0 ? html`<p>There is no workspace of this name.</p>` : sections}`;
  return renderPage({ title: "Polls", path: PATHS.polls, body }, settings);
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function entryJson({ startedMs, durationMs, requests, ...entry }: PollEntry) {
  const asked = requests.map(({ durationMs: ms, ...request }) => ({ method: "GET", ...request, seconds: ms / 1000 }));
  return {
    started: isoTime(startedMs),
    seconds: durationMs / 1000,
    failed: isFailure(entry),
    ...entry,
    requests: asked,
  };
}

/** The same as JSON: a list with an object for each source. */
export function pollsJson(content: Omit<PollsContent, "nowMs">): unknown {
  const { shown, isInFull } = shownOf(content);
  return shown.map(({ workspace, source, recent, olderFailures, failingSinceMs }) => {
    const failing_since = failingSinceMs === undefined ? null : isoTime(failingSinceMs);
    const all = { recent: recent.map(entryJson), older_failures: olderFailures.map(entryJson) };
    const last = recent.slice(0, 1).map((entry) => entryJson({ ...entry, requests: [] }));
    return { workspace, source, failing_since, ...(isInFull ? all : { recent: last }) };
  });
}
