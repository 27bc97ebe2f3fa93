import { onTestFinished } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import type { ExporterDeps } from "../../src/exporter.ts";
import { DATA_METRICS } from "../../src/exposition/catalogue.ts";
import type { ReloadOutcome } from "../../src/running/reloader.ts";
import {
  type Harness,
  type ScriptedApi,
  configFrom,
  scrape,
  startHarness,
  startScriptedApi,
} from "./exporter-harness.ts";
import { type ParsedFamily, seriesOf } from "./exposition.ts";
import { ManualClock } from "./manual-clock.ts";

type Settings = Readonly<Record<string, unknown>>;

/** An API whose workspaces a test plays: one labeler, one project, and the number of images that it says. */
export interface PlayedApi extends ScriptedApi {
  /** Images by workspace; 1 where nothing is said. */
  readonly images: Map<string, number>;
  /** Workspaces whose requests are not answered. */
  readonly hanging: Set<string>;
  /** Workspaces whose requests are answered with 429, to be repeated in so many seconds. */
  readonly limited: Map<string, number>;
  /** The workspace that each key belongs to. */
  readonly names: Map<string, string>;
  /** How often a workspace was asked for its statistics. */
  readonly asked: (workspace: string) => number;
}

const never = new Promise<never>(() => undefined);

/** Starts a {@link PlayedApi} for the running test. */
export async function playApi(): Promise<PlayedApi> {
  const [images, limited, names] = [new Map<string, number>(), new Map<string, number>(), new Map<string, string>()];
  const hanging = new Set<string>();
  const api = await startScriptedApi(({ pathname, searchParams }) => {
    const [, workspace = "", endpoint] = pathname.split("/");
    if (hanging.has(workspace)) return never;
    const waitSeconds = limited.get(workspace);
    if (waitSeconds !== undefined)
      return { status: 429, headers: { "retry-after": String(waitSeconds) }, json: { error: "slow down" } };
    if (workspace === "") return { json: { workspace: names.get(searchParams.get("api_key") ?? "") } };
    if (endpoint === undefined)
      return { json: { data: { data: [{ projectId: "own", total_images_labeled: 3 }], ticks: [] } } };
    const row = { projectId: "cells", labelerId: "u7Jq2", imagesLabeled: images.get(workspace) ?? 1 };
    return {
      json: { data: [row], labelers: [{ id: "u7Jq2", displayName: "Ada" }], stats: { numImagesLabeled: 1 } },
    };
  });
  onTestFinished(api.close);
  const asked = (workspace: string) => api.requests.filter(({ pathname }) => pathname === `/${workspace}/stats`).length;
  return { ...api, images, hanging, limited, names, asked };
}

/** An exporter whose configuration a test changes. */
export interface Reloads extends Harness {
  readonly clock: ManualClock;
  /** Reloads with this document in place of the one before, or with an error in place of reading it. */
  readonly reload: (next: Settings | ConfigError) => Promise<ReloadOutcome>;
  readonly families: () => Promise<Map<string, ParsedFamily>>;
  /** Every series of a workspace, whatever it says. */
  readonly seriesOfWorkspace: (workspace: string) => Promise<string[]>;
}

/** A workspace of the document. */
export function workspace(name: string, settings: Settings = {}): Settings {
  return { name, api_key: `key-of-${name}-0123456789`, ...settings };
}

/** Starts an exporter for the running test, and waits for a poll of each workspace. */
export async function startReloads(
  api: PlayedApi,
  first: Settings,
  { flags = {}, deps = {} }: { readonly flags?: Settings; readonly deps?: Partial<ExporterDeps> } = {},
): Promise<Reloads> {
  const clock = new ManualClock();
  const read = (document: Settings) =>
    configFrom({ api: { url: api.url, retries: 0 }, windows: ["7d"], ...document }, flags);
  let next: Settings | ConfigError = first;
  const readConfig = () => {
    if (next instanceof ConfigError) throw next;
    return read(next);
  };
  const harness = await startHarness(read(first), { clock, readConfig, ...deps });
  onTestFinished(() => harness.exporter.stop());
  const families = () => scrape(harness.url);
  return {
    ...{ ...harness, clock, families },
    reload: (document) => {
      next = document;
      return harness.exporter.reload();
    },
    seriesOfWorkspace: async (name) =>
      [...(await families()).values()].flatMap(({ samples }) =>
        samples.filter(({ labels }) => labels["workspace"] === name).map(seriesOf),
      ),
  };
}

const DATA = new Set(DATA_METRICS.map(({ name }) => name));

/** The series with the API's data. */
export function dataSeries(families: ReadonlyMap<string, ParsedFamily>, name: string): string[] {
  return [...families.values()]
    .filter((family) => DATA.has(family.name))
    .flatMap(({ samples }) => samples.filter(({ labels }) => labels["workspace"] === name).map(seriesOf));
}
