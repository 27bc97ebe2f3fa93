import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { constants } from "node:os";
import { RefusedError } from "../errors.ts";

/** Signals that change nothing in an exporter, and what is logged about each. */
export const IGNORED_SIGNALS = {
  SIGUSR1: "SIGUSR1: ignored; start with node --inspect to debug",
  SIGUSR2: "SIGUSR2: ignored",
} as const;

export type IgnoredSignal = keyof typeof IGNORED_SIGNALS;
type StopSignal = "SIGTERM" | "SIGINT";

/** What the signals of the process do. */
export interface Signals {
  /** Fires at the first request to stop. A second one ends the process on the spot. */
  readonly stop: AbortSignal;
  /** Calls the latest listener for each ignored signal, also for those that came before. */
  readonly onIgnored: (listener: (signal: IgnoredSignal) => void) => void;
  /** Calls the latest listener for each SIGHUP of a server, and once for those that came before. */
  readonly onReload: (listener: () => void) => void;
  /** Runs what may block the process forever. Meanwhile a request to stop ends the process, as by default. */
  readonly whileBlocked: <T>(act: () => T) => T;
  /** Ends the process on the spot, as the system ends one that got this request to stop. */
  readonly die: () => never;
}

/** The part of `process` that signals are about. */
type SignalledProcess = Pick<NodeJS.Process, "on" | "off" | "kill" | "pid" | "exit">;

/** Takes signals over from the system. Those that come before there is a listener wait for it, each once. */
function hearSignals<S extends NodeJS.Signals>(
  process: SignalledProcess,
  signals: readonly S[],
): (listener: (signal: S) => void) => void {
  const early = new Set<S>();
  let hear: (signal: S) => void = (signal) => early.add(signal);
  for (const signal of signals) {
    process.on(signal, () => {
      hear(signal);
    });
  }
  return (listener) => {
    for (const signal of early) listener(signal);
    early.clear();
    hear = listener;
  };
}

/** Hears requests to stop while it is switched on. The second one ends the process on the spot. */
function createStopRequests(process: SignalledProcess) {
  const stopping = new AbortController();
  let received: StopSignal = "SIGTERM";
  const switchTo = (change: "on" | "off") => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process[change](signal, request);
  };
  const die = (): never => {
    switchTo("off");
    // Not by exit() alone: it waits for threads, and a name look-up or a file system can hold one for minutes.
    process.kill(process.pid, received);
    // Still here: the first process of a container, to which the system does not deliver its own signals.
    return process.exit(128 + constants.signals[received]);
  };
  const request = (signal: StopSignal) => {
    received = signal;
    if (stopping.signal.aborted) die();
    stopping.abort();
  };
  return { stop: stopping.signal, switchTo, die };
}

/**
 * Takes over the signals of the process.
 * @param isServer whether it goes on when the terminal is closed. SIGUSR1 is ignored in any case: Node would open a
 * debugger's port.
 */
export function handleSignals(process: SignalledProcess, isServer: boolean): Signals {
  const onIgnored = hearSignals<IgnoredSignal>(process, isServer ? ["SIGUSR1", "SIGUSR2"] : ["SIGUSR1"]);
  const onReload = hearSignals(process, isServer ? ["SIGHUP"] : []);
  const { stop, switchTo, die } = createStopRequests(process);
  switchTo("on");
  const whileBlocked: Signals["whileBlocked"] = (act) => {
    switchTo("off");
    try {
      return act();
    } finally {
      switchTo("on");
    }
  };
  return { stop, onIgnored, onReload, whileBlocked, die };
}

/** More than any file of ours may hold. What is longer, or never ends, is cut here; its reader then refuses it as too long. */
const MAX_BYTES = 2 * 2 ** 20;

function readAll(path: string): string {
  const fd = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(fstatSync(fd).isFile() ? Math.min(fstatSync(fd).size + 1, MAX_BYTES) : MAX_BYTES);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(fd, bytes, length, bytes.length - length, null);
    return bytes.toString("utf8", 0, length);
  } finally {
    closeSync(fd);
  }
}

/**
 * Makes what reads a file's text: a regular file, or a pipe as of `--config.file=<(…)`, whose writer may never
 * write. A signal ends that.
 * @returns throws what Node throws
 */
export function createTextReader({ whileBlocked }: Pick<Signals, "whileBlocked">): (path: string) => string {
  return (path) => (statSync(path).isFile() ? readAll(path) : whileBlocked(() => readAll(path)));
}

const ONCE = "is not a regular file and can be read only once; restart the exporter, or use a file for its reloads";

/**
 * Reads a file's text while the exporter runs. A pipe is refused: it would block everything until somebody writes to it.
 * @throws RefusedError for what is not a regular file, and what Node throws
 */
export function readAgain(path: string): string {
  const stat = statSync(path);
  // Reading a directory fails in the system's own words.
  if (!stat.isFile() && !stat.isDirectory()) throw new RefusedError(ONCE);
  return readAll(path);
}
