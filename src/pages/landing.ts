import type { Moment } from "../clock.ts";
import { fittedOf } from "../exposition/published.ts";
import { type SourceState, type WorkspaceState, freshData } from "../exposition/workspace-state.ts";
import { FAILURES, type FailureReason, meaningOf } from "../failures.ts";
import type { PollJournal, SourceJournal } from "../poller/journal.ts";
import { type Html, html } from "./html.ts";
import { PATHS, type PageSettings, renderPage } from "./layout.ts";
import { timeTag } from "./times.ts";

/** What the page at `/` shows. */
export interface LandingContent {
  readonly states: readonly WorkspaceState[];
  readonly journal: Pick<PollJournal, "of">;
  readonly now: Moment;
}

/** One source of one workspace. */
interface Shown {
  readonly state: SourceState;
  readonly journal: SourceJournal;
  readonly series: number;
  readonly now: Moment;
}

/** The state in words, and how it looks. */
interface Words {
  readonly look: "good" | "warn" | "bad" | "idle";
  readonly text: Html;
}

/** The first that holds. A poll that is late is one whose data is withheld although no poll has failed. */
const STATES: readonly ((shown: Shown) => Words | undefined)[] = [
  ({ state: { lastPoll, data } }) =>
    lastPoll === undefined && data === undefined ? { look: "idle", text: html`waiting for the first poll` } : undefined,
  ({ state: { lastPoll } }) =>
    lastPoll === undefined
      ? { look: "idle", text: html`waiting for the first poll; shows data from before the restart` }
      : undefined,
  ({ state: { isAvailable } }) =>
    isAvailable === false ? { look: "idle", text: html`the endpoint is gone` } : undefined,
  ({ state, journal, now }) => {
    if (state.failure === undefined) return undefined;
    const since = journal.failingSinceMs ?? state.lastPoll?.epochMs ?? now.epochMs;
    const text = html`failing since ${timeTag(since, now.epochMs)}`;
    return freshData(state, now)
      ? { look: "warn", text: html`${text}; shows the last good data` }
      : { look: "bad", text: html`${text}; no data is shown` };
  },
  ({ state, now }) =>
    freshData(state, now) ? undefined : { look: "bad", text: html`the data is too old and is not shown` },
];

function wordsOf(shown: Shown): Words {
  for (const stateOf of STATES) {
    const words = stateOf(shown);
    if (words) return words;
  }
  return { look: "good", text: html`up to date` };
}

/** A text as the beginning of a sentence, and with its end. */
function sentence(text: string): string {
  const end = /[.!?…]$/.test(text) ? "" : ".";
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${end}`;
}

/** What went wrong, in a sentence, and what to do. */
function problem(reason: FailureReason, journal: SourceJournal): Html {
  const { remedy } = FAILURES[reason];
  // Some messages hold the remedy, for those who only see the log.
  const message = (journal.recent[0]?.message ?? meaningOf(reason)).replace(`; ${remedy}`, "");
  return html`<p class="problem">
    ${sentence(message)} <span class="quiet">(<code>${reason}</code>)</span><br /><strong>What to do:</strong>
    ${sentence(remedy)}
  </p>`;
}

function card(source: string, shown: Shown): Html {
  const { state, journal, series, now } = shown;
  const { look, text } = wordsOf(shown);
  const time = (epochMs: number | undefined) => (epochMs === undefined ? "–" : timeTag(epochMs, now.epochMs));
  const next = time(state.nextPollMs);
  // Jitter may delay it, or it runs.
  const isDue = state.nextPollMs !== undefined && state.nextPollMs < now.epochMs;
  return html`<article class="card ${look}">
    <h3>${source}</h3>
    <p class="state">${text}</p>
    ${state.failure && problem(state.failure, journal)}
    <dl>
      <dt>Last good poll</dt>
      <dd>${time(state.lastSuccess?.epochMs)}</dd>
      <dt>Next poll</dt>
      <dd>${isDue ? html`due ${next}` : next}</dd>
      <dt>Series</dt>
      <dd>${series}</dd>
    </dl>
  </article>`;
}

function section(state: WorkspaceState, { journal, now }: LandingContent): Html {
  const fitted = fittedOf(state, now);
  const cards = [...state.sources].map(([source, one]) => {
    const series = fitted.get(source)?.series ?? 0;
    return card(source, { state: one, journal: journal.of(state.workspace, source), series, now });
  });
  return html`<section>
    <h2>${state.workspace}</h2>
    <div class="cards">${cards}</div>
  </section>`;
}

/** The page at `/`: what this is, where everything is, and how each source of each workspace does. */
export function renderLandingPage(content: LandingContent, settings: PageSettings): string {
  const body = html`<p>
      Roboflow's Annotation Insights for Prometheus. Prometheus reads
      <a href="${settings.telemetryPath}">the metrics</a>.
    </p>
    ${content.states.length === 0 ? html`<p>No workspace belongs to this shard.</p>` : undefined}
    ${content.states.map((state) => section(state, content))}
    <h2>For programs</h2>
    <ul>
      <li><a href="${settings.telemetryPath}">${settings.telemetryPath}</a>: metrics</li>
      <li><a href="${PATHS.sd}">${PATHS.sd}</a>: workspaces, for Prometheus' HTTP service discovery</li>
      <li><a href="/-/healthy">/-/healthy</a>: whether the program runs</li>
      <li><a href="/-/ready">/-/ready</a>: whether everything has been polled</li>
    </ul>`;
  return renderPage({ title: "State", path: PATHS.landing, body }, settings);
}
