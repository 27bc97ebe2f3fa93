import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { ConfigError } from "../errors.ts";
import type { Place, SnapshotStore } from "../exposition/store.ts";
import type { PreparedWorkspace } from "../poller/prepare.ts";
import type { WorkspacePoller } from "../poller/workspace.ts";
import type { Settings } from "../sources/source.ts";
import { type Plan, type Polled, type Step, planReload } from "./plan.ts";

/** Prepares a workspace, as former pollers of it leave it if there are any. */
export type Prepare = (settings: Settings, before?: PreparedWorkspace) => Promise<PreparedWorkspace>;

export interface RunningDeps {
  readonly store: SnapshotStore;
  /**
   * Checks what only shows when it is used, and gives what prepares workspaces under the configuration.
   * @throws ConfigError
   */
  readonly preparing: (config: Config) => Promise<Prepare>;
  readonly createPoller: (prepared: PreparedWorkspace, place: Place) => WorkspacePoller;
  readonly clock: Clock;
}

/** Which workspaces a new configuration concerned, by their names. */
export interface Changes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
}

/** How long the end of polls, or one workspace's files, may hold up a change: less than a client waits for its response. */
const MAX_MS = 25_000;
const TOO_LATE = `the change did not get on for ${MAX_MS / 1000} s and was given up; does the file system of --storage.path hang?`;

/** A workspace with its pollers. */
class Running implements Polled {
  readonly settings: Settings;
  readonly place: Place;
  poller: WorkspacePoller;

  constructor(settings: Settings, place: Place, poller: WorkspacePoller) {
    this.settings = settings;
    this.place = place;
    this.poller = poller;
  }

  readonly name = (): string => this.place.state().workspace;
}

/** A workspace under the new configuration: one that goes on, or one that begins. */
type Next = Running | PreparedWorkspace;

function changesOf({ steps, removed }: Plan<Running>, after: readonly Running[]): Changes {
  const of = (kind: Step<Running>["kind"]) =>
    after.filter((_, index) => steps[index]?.kind === kind).map(({ name }) => name());
  return {
    ...{ added: of("add"), removed: removed.map(({ name }) => name()) },
    ...{ changed: of("change"), unchanged: of("keep") },
  };
}

/** Everything that is polled, until the exporter ends. */
export class RunningWorkspaces {
  readonly #deps: RunningDeps;
  #running: readonly Running[];
  #isStopped = false;
  #begin: () => void = () => undefined;
  readonly #begun = new Promise<void>((resolve) => (this.#begin = resolve));

  /** @param prepared in the order of the store's places */
  constructor(prepared: readonly PreparedWorkspace[], deps: RunningDeps) {
    this.#deps = deps;
    this.#running = deps.store.places.flatMap((place, index) => {
      const one = prepared[index];
      return one ? [new Running(one.settings, place, deps.createPoller(one, place))] : [];
    });
  }

  start(): void {
    this.#startAll(this.#running.map(({ poller }) => poller));
    this.#begin();
  }

  /** Ends all polls; resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#running.map(({ poller }) => poller.stop()));
  }

  /**
   * Goes over to a configuration: what did not change goes on as if nothing had happened. Scrapes see all of it at once. Must
   * not be called again before it has ended.
   * @throws ConfigError when the configuration cannot be used; the one before then stays in use, as for any other error
   */
  async change(config: Config): Promise<Changes> {
    await this.#begun;
    if (this.#isStopped) throw new ConfigError(["the exporter is being stopped"]);
    const plan = planReload(this.#running, config);
    const prepare = await this.#deps.preparing(config);
    const leaving = [...plan.removed, ...plan.steps.flatMap((step) => (step.kind === "change" ? [step.running] : []))];
    try {
      await this.#inTime(() => Promise.all(leaving.map(({ poller }) => poller.stop())));
      const next = await this.#prepareAll(plan, prepare);
      const places = await this.#deps.store.arrange(next.map((one) => ("place" in one ? one.place : one.state)));
      await this.#install(next, places, plan.removed);
    } catch (error) {
      this.#resume(leaving);
      throw error;
    }
    return changesOf(plan, this.#running);
  }

  /** One after the other: each may hold megabytes while its data is rendered. */
  async #prepareAll({ steps }: Plan<Running>, prepare: Prepare): Promise<Next[]> {
    const next: Next[] = [];
    for (const step of steps) {
      if (step.kind === "keep") next.push(step.running);
      else {
        const before = step.kind === "change" ? step.running.poller.handOver() : undefined;
        next.push(await this.#inTime(() => prepare(step.settings, before)));
      }
    }
    return next;
  }

  /** The new pollers come after the others have been forgotten: some may have had the same name. */
  async #install(next: readonly Next[], places: readonly Place[], removed: readonly Running[]): Promise<void> {
    for (const { poller } of removed) await poller.forget();
    const begun: WorkspacePoller[] = [];
    this.#running = places.flatMap((place, index) => {
      const one = next[index];
      if (!one || "place" in one) return one ?? [];
      const poller = this.#deps.createPoller(one, place);
      begun.push(poller);
      return new Running(one.settings, place, poller);
    });
    this.#startAll(begun);
  }

  /** What was stopped for a change that failed goes on. */
  #resume(leaving: readonly Running[]): void {
    for (const one of leaving) one.poller = this.#deps.createPoller(one.poller.handOver(), one.place);
    this.#startAll(leaving.map(({ poller }) => poller));
  }

  /** The stop may have come meanwhile. Nothing begins after it. */
  #startAll(pollers: readonly WorkspacePoller[]): void {
    if (!this.#isStopped) for (const poller of pollers) poller.start();
  }

  async #inTime<T>(work: () => Promise<T>): Promise<T> {
    const done = new AbortController();
    const late = this.#deps.clock.sleep(MAX_MS, done.signal).then(() => Promise.reject(new ConfigError([TOO_LATE])));
    late.catch(() => undefined);
    try {
      return await Promise.race([work(), late]);
    } finally {
      done.abort();
    }
  }
}
