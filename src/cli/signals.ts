import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { constants } from "node:os";

/** Signals that never end an exporter, and what is logged about each. */
export const IGNORED_SIGNALS = {
  SIGHUP: "SIGHUP: reload is not available; restart to read the configuration again",
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
  /** Runs what may block the process forever. Meanwhile a request to stop ends the process, as by default. */
  readonly whileBlocked: <T>(act: () => T) => T;
  /** Ends the process on the spot, as the system ends one that got this request to stop. */
  readonly die: () => never;
}

/** The part of `process` that signals are about. */
type SignalledProcess = Pick<NodeJS.Process, "on" | "off" | "kill" | "pid" | "exit">;

function ignoreSignals(process: SignalledProcess, signals: readonly IgnoredSignal[]): Signals["onIgnored"] {
  const early = new Set<IgnoredSignal>();
  let hear: (signal: IgnoredSignal) => void = (signal) => early.add(signal);
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
  const onIgnored = ignoreSignals(process, isServer ? ["SIGHUP", "SIGUSR1", "SIGUSR2"] : ["SIGUSR1"]);
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
  return { stop, onIgnored, whileBlocked, die };
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
