import { createHmac, randomBytes } from "node:crypto";
import { createQueue } from "../steps.ts";

/** Users with the bcrypt hashes of their passwords. */
export type Users = Readonly<Record<string, string>>;

/** What a client says it is. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Reads the header `Authorization`. */
export function readCredentials(header: string | undefined): Credentials | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(header ?? "") ?? [];
  const [, user, password] = /^([^:]*):(.*)$/su.exec(Buffer.from(encoded ?? "", "base64").toString("utf8")) ?? [];
  return user === undefined || password === undefined ? undefined : { user, password };
}

/** Pairs of a user and a password that are kept as right. More are hashed again. */
const MAX_KEPT = 100;
/** Hashes that may wait. At cost 10 each takes some 70 ms, and more would keep others waiting for seconds. */
const MAX_WAITING = 32;
/** Those of one address: a client that guesses leaves room for the others. */
const MAX_WAITING_PER_ADDRESS = 8;

/** Compares a password with a hash, off the event loop. The library is native code, and only loaded where it is used. */
async function compare(password: string, hash: string): Promise<boolean> {
  const bcrypt = await import("bcrypt");
  // Another name for the same thing, which the library does not know.
  return bcrypt.compare(password, hash.replace(/^\$2y/, "$2b"));
}

const costOf = (hash: string) => Number(hash.slice(4, 6));

/** What an unknown user's password is compared with: it takes as long as that of a known user. */
function decoyOf(users: Users): string {
  return Object.values(users).reduce((costliest, hash) => (costOf(hash) > costOf(costliest) ? hash : costliest));
}

/** Checks passwords. A pair that was right once costs no hash again. */
export class PasswordChecker {
  readonly #compare: typeof compare;
  readonly #key = randomBytes(32);
  /** Keyed hashes of the pairs that were right, the oldest first. Neither password nor a hash of it can be had of them. */
  readonly #right = new Set<string>();
  readonly #waiting = new Map<string, number>();
  // One at a time: a hash takes one of the four threads that files and name look-ups need too.
  readonly #inTurn = createQueue();
  #waitingInAll = 0;

  constructor(comparePassword = compare) {
    this.#compare = comparePassword;
  }

  /**
   * Whether it is the user's password.
   * @param address the client's
   * @returns `busy` when too many other passwords wait to be checked
   */
  async check(users: Users, given: Credentials, address: string): Promise<boolean | "busy"> {
    const isKnown = Object.hasOwn(users, given.user);
    const hash = isKnown ? (users[given.user] ?? "") : decoyOf(users);
    const mark = this.#markOf(given, hash);
    const isKept = () => isKnown && this.#right.has(mark);
    if (isKept()) return true;
    if (this.#isFullFor(address)) return "busy";
    this.#count(address, 1);
    try {
      // Meanwhile another request may have brought the same pair.
      const isRight = await this.#inTurn(async () => isKept() || (await this.#compare(given.password, hash)));
      if (isKnown && isRight) this.#keep(mark);
      return isKnown && isRight;
    } finally {
      this.#count(address, -1);
    }
  }

  #markOf({ user, password }: Credentials, hash: string): string {
    return createHmac("sha256", this.#key)
      .update(JSON.stringify([user, hash, password]))
      .digest("base64");
  }

  #keep(mark: string): void {
    this.#right.add(mark);
    for (const oldest of this.#right) {
      if (this.#right.size <= MAX_KEPT) return;
      this.#right.delete(oldest);
    }
  }

  #isFullFor(address: string): boolean {
    return this.#waitingInAll >= MAX_WAITING || (this.#waiting.get(address) ?? 0) >= MAX_WAITING_PER_ADDRESS;
  }

  #count(address: string, change: 1 | -1): void {
    this.#waitingInAll += change;
    const own = (this.#waiting.get(address) ?? 0) + change;
    if (own > 0) this.#waiting.set(address, own);
    else this.#waiting.delete(address);
  }
}
