import { isIPv6 } from "node:net";
import type { Window } from "../calendar/windows.ts";
import type { WorkCalendar } from "../calendar/work-calendar.ts";
import { bad, good, type Result } from "../result.ts";

/** Where the HTTP server listens. `host` undefined means every interface. */
export interface ListenAddress {
  readonly host: string | undefined;
  readonly port: number;
}

const MAX_PORT = 65_535;
const ADDRESS_REMEDY = "use :PORT, HOST:PORT or [::1]:PORT";

/** Reads `:17626`, `localhost:17626` or `[::1]:17626`. */
export function readListenAddress(written: unknown): Result<ListenAddress> {
  const match = typeof written === "string" ? /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(written) : null;
  const [, bracketed, plain = "", port = ""] = match ?? [];
  const host = bracketed ?? plain;
  const isHost = bracketed === undefined ? /^[A-Za-z0-9._-]*$/.test(host) : isIPv6(host);
  if (!match || !isHost) return bad(`is not an address to listen on; ${ADDRESS_REMEDY}`);
  if (Number(port) > MAX_PORT) return bad(`has a port above ${MAX_PORT}; use one from 0 to ${MAX_PORT}`);
  return good({ host: host === "" ? undefined : host, port: Number(port) });
}

/** An address as users write it; equal addresses have equal texts. */
export function listenAddressText({ host = "", port }: ListenAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export const LOG_FORMATS = ["json", "pretty"] as const;
export const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export const TOTALS = ["project", "labeler"] as const;

export interface WebConfig {
  readonly listenAddresses: readonly ListenAddress[];
  readonly telemetryPath: string;
  readonly maxRequests: number;
  /** The file with TLS, users and headers; undefined: none of them. */
  readonly configFile: string | undefined;
  /** Whether a client may have the configuration read again. */
  readonly isLifecycleEnabled: boolean;
}

export interface LogConfig {
  readonly level: (typeof LOG_LEVELS)[number];
  readonly format: (typeof LOG_FORMATS)[number];
}

/** Where the restart cache is. `path` undefined keeps nothing. */
export interface StorageConfig {
  readonly path: string | undefined;
}

/** How people appear in labels. `hmacKey` undefined publishes Roboflow's ids as they are. */
export interface PeopleConfig {
  readonly hmacKey: string | undefined;
  readonly names: boolean;
  readonly email: boolean;
  /** Ids or display names of system labelers, published as `kind="system"`. */
  readonly system: readonly string[];
  /** Names of teams by the ids of their labelers. */
  readonly teams: ReadonlyMap<string, string>;
}

/** Whether people are not to be known, so that no text of the API's may be shown that could name them. */
export function hidesPeople({ hmacKey, names }: Pick<PeopleConfig, "hmacKey" | "names">): boolean {
  return hmacKey !== undefined || !names;
}

export interface ApiConfig {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly auth: "query" | "bearer";
  /** Whether the API treats `endDate` as inclusive. */
  readonly endDate: "inclusive" | "exclusive";
  readonly timeoutMs: number;
  /** Whether messages may quote what the API says: it may name people, so not where `people.identity` hides them. */
  readonly isQuoted: boolean;
  /** Attempts after the first one. */
  readonly retries: number;
  readonly maxResponseBytes: number;
}

/** How much is asked of the API at once, all workspaces together. */
export interface RequestLimits {
  /** Simultaneous requests. */
  readonly concurrency: number;
  /** How many of them one workspace may have. */
  readonly share: number;
  /** Started in any second; below 1 it is the reciprocal of the pause between two. */
  readonly perSecond: number;
}

/** A part of the workspaces, counted from 0; `auto`: the number at the end of the pod's name. */
export interface Shard {
  readonly index: number | "auto";
  readonly count: number;
}

/** Either an interval that divides an hour or a day evenly, or a cron expression in the configured zone. */
export type Schedule =
  { readonly kind: "interval"; readonly seconds: number } | { readonly kind: "cron"; readonly expression: string };

export interface PollConfig {
  readonly schedule: Schedule;
  /** IANA zone in which calendar days begin and cron expressions are read. */
  readonly timezone: string;
  /** Undefined: a tenth of the interval, at most 30 s. */
  readonly jitterMs: number | undefined;
  /** Whether an interval's polls have a time of their own within it, for each workspace and source. */
  readonly stagger: boolean;
  /** The first poll comes within this time of the start. */
  readonly startupSpreadMs: number;
  /** Simultaneous requests per workspace. */
  readonly concurrency: number;
  /** Undefined: three intervals, at least an hour. */
  readonly staleAfterMs: number | undefined;
  /** Time between polls of the legacy endpoint; divides an hour or a day evenly. */
  readonly legacyIntervalSeconds: number;
}

/** Targets for the approval ratio, 0 to 1. `projects` is keyed by project id or by exact project name. */
export interface ApprovalTarget {
  readonly default: number | undefined;
  readonly projects: ReadonlyMap<string, number>;
}

/** What is polled and published of the work that is left. */
export interface BacklogConfig {
  readonly intervalSeconds: number;
  readonly maxProjects: number;
  /** Of one project. */
  readonly maxJobs: number;
  /** Of one project; undefined publishes no annotations by class. */
  readonly maxClasses: number | undefined;
}

export interface WorkspaceConfig {
  /** The workspace's slug; undefined means "ask the API which workspace the key belongs to". */
  readonly name: string | undefined;
  readonly apiKey: string;
  /** The file that the key was read from, and is read from again; undefined when it was given in another way. */
  readonly apiKeyFile: string | undefined;
  /** Project slugs to ask for; empty means all. */
  readonly projects: readonly string[];
  /** Labeler ids to ask for; empty means all. */
  readonly labelers: readonly string[];
  readonly totals: readonly (typeof TOTALS)[number][];
  /** Whether the legacy endpoint is polled too. */
  readonly legacy: boolean;
  /** What an hour of labeling costs, in a currency of the user's own; undefined where it is not configured. */
  readonly costPerHour: number | undefined;
  /** How projects and jobs are polled; undefined: not at all. */
  readonly backlog: BacklogConfig | undefined;
  /** Days, such as `2026-12-24`, by project slug. */
  readonly deadlines: ReadonlyMap<string, string>;
  readonly approvalTarget: ApprovalTarget;
  readonly api: ApiConfig;
  readonly poll: PollConfig;
  /** When its people work; undefined where it is not configured. */
  readonly calendar: WorkCalendar | undefined;
  readonly windows: readonly Window[];
  /** Names of metrics that are not published. */
  readonly exclude: readonly string[];
  readonly seriesLimit: number;
  /** How many people have series of their own; undefined: all. */
  readonly labelersLimit: number | undefined;
  /** Whether other workspaces of the configuration are polled by other shards; absent where all are polled here. */
  readonly hasOtherShards?: boolean;
}

/** The whole configuration, checked and with every default filled in. */
export interface Config {
  readonly web: WebConfig;
  readonly storage: StorageConfig;
  readonly log: LogConfig;
  readonly people: PeopleConfig;
  readonly requests: RequestLimits;
  /** Undefined: all workspaces. */
  readonly shard: Shard | undefined;
  readonly workspaces: readonly WorkspaceConfig[];
  /** The hash of the configuration with the workspaces of all shards; absent where all of them are here. */
  readonly sha256?: string;
  /** Whether the data is simulated, and so nothing of it is real. */
  readonly isDemo: boolean;
  /** What is valid but looks like a mistake, a line each. */
  readonly warnings: readonly string[];
}
