/** What is attacked: a program that serves `/metrics` on the loopback. */
export interface Target {
  readonly port: number;
  /** Whether connections are encrypted; its certificate is not checked. */
  readonly isEncrypted: boolean;
}

/** With how much an attack comes. */
export interface Means {
  /** Connections, all of them open at the same time. */
  readonly sockets: number;
  /** Client addresses that they come from. */
  readonly addresses: number;
  /** The pause between two bytes of a slow client. */
  readonly pauseMs: number;
  /** The attack ends now, even if the target lets it go on. */
  readonly longestMs: number;
}

/** What became of the connections of an attack: how often each status, or each end without one. */
export class Outcomes {
  readonly #counts = new Map<string, number>();

  note(outcome: number | string): void {
    const name = String(outcome);
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Sorted by name. */
  entries(): readonly (readonly [string, number])[] {
    return [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** Attacks, notes what becomes of each connection, and leaves none open. */
export type Attacker = (target: Target, means: Means, outcomes: Outcomes) => Promise<void>;
