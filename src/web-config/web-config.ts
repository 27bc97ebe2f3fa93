import type { RequestListener } from "node:http";
import type { Socket } from "node:net";
import type { TLSSocket, TlsOptions } from "node:tls";
import type { Clock } from "../clock.ts";
import { showPath } from "../config/messages.ts";
import { ConfigError } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";
import type { Files } from "../storage/files.ts";
import { PasswordChecker } from "./basic-auth.ts";
import { TokenBucket, guarded, isLocal } from "./guard.ts";
import { type WebSettings, createWebSettings, readWebTexts } from "./load.ts";
import type { Checked } from "./read-web-file.ts";
import type { TlsSettings } from "./tls-settings.ts";

/** How connections are encrypted. */
interface TlsTerms {
  readonly options: TlsOptions;
  /** Whether a client may go on whose handshake is done. */
  readonly isWelcome: (socket: TLSSocket) => boolean;
}

export interface WebConfigDeps {
  readonly clock: Clock;
  readonly files: Files;
  readonly logger: Logger;
  /** Takes whether the newest content of the file is in use. */
  readonly onRead: (isUsed: boolean) => void;
}

/** How often the files are looked at. A change counts when it is found twice, so that no half-written file does. */
const CHECK_MS = 5_000;

const OPEN: WebSettings = { tls: undefined, headers: {}, users: {}, rate: undefined };

/**
 * Checks a web configuration file and the files that it names.
 * @throws ConfigError with everything that is wrong
 */
export async function checkWebConfig(path: string, files: Files): Promise<void> {
  usable(path, createWebSettings(await readWebTexts(path, files)));
}

function usable(path: string, settings: Checked<WebSettings>): WebSettings {
  if (settings.ok) return settings.value;
  throw new ConfigError(settings.problems.map((problem) => `--web.config.file: ${showPath(path)} ${problem}`));
}

/** The rules of the web configuration file: those of this moment, since the file is read again when it changes. */
export class WebConfig {
  readonly #deps: WebConfigDeps;
  readonly #passwords = new PasswordChecker();
  /** Connections from this machine whose client has not shown the certificate that is asked for. */
  readonly #unproven = new WeakSet<Socket>();
  readonly #stopped = new AbortController();
  #settings = OPEN;
  #tls: TlsTerms | undefined;
  #rate: TokenBucket | undefined;
  /** What was read last, and what is read for the first time. */
  #seen = "";
  #changed = "";

  constructor(deps: WebConfigDeps) {
    this.#deps = deps;
  }

  /**
   * Reads the file, and then looks every few seconds whether it has changed.
   * @throws ConfigError when it cannot be used
   */
  async open(path: string): Promise<void> {
    const texts = await readWebTexts(path, this.#deps.files);
    this.#use(usable(path, createWebSettings(texts)));
    this.#seen = texts.fingerprint;
    void this.#watch(path);
  }

  /** Looks for changes no more. */
  close(): void {
    this.#stopped.abort();
  }

  /** How new connections are encrypted: the same object until the file changes. Undefined: they are not. */
  readonly tls = (): TlsTerms | undefined => this.#tls;

  /** Puts the rules before a listener. */
  guard(listener: RequestListener): RequestListener {
    return guarded(listener, {
      rules: () => ({ ...this.#settings, rate: this.#rate }),
      passwords: this.#passwords,
      isUnproven: (socket) => this.#unproven.has(socket),
      onError: (error) => {
        this.#deps.logger.error({ err: error }, "a password could not be checked");
      },
    });
  }

  /** On this machine a client may go on without the certificate that is asked for, as far as to the health check. */
  #isWelcome(socket: TLSSocket, { clientProblem }: TlsSettings): boolean {
    if (clientProblem(socket) === undefined) return true;
    if (!isLocal(socket)) return false;
    this.#unproven.add(socket);
    return true;
  }

  #use(settings: WebSettings): void {
    const { intervalMs, burst } = this.#settings.rate ?? {};
    const { rate, tls } = settings;
    this.#tls = tls && { options: tls.options, isWelcome: (socket) => this.#isWelcome(socket, tls) };
    // One that has not changed keeps what it has counted.
    if (!rate) this.#rate = undefined;
    else if (!this.#rate || rate.intervalMs !== intervalMs || rate.burst !== burst)
      this.#rate = new TokenBucket(rate, this.#deps.clock);
    this.#settings = settings;
  }

  async #watch(path: string): Promise<void> {
    const { clock } = this.#deps;
    const isTime = () =>
      clock.sleep(CHECK_MS, this.#stopped.signal).then(
        () => true,
        () => false,
      );
    while (await isTime()) await this.#look(path);
  }

  async #look(path: string): Promise<void> {
    const texts = await readWebTexts(path, this.#deps.files);
    const { fingerprint } = texts;
    if (fingerprint === this.#seen) this.#changed = "";
    else if (fingerprint !== this.#changed) this.#changed = fingerprint;
    else {
      this.#seen = fingerprint;
      this.#take(path, createWebSettings(texts));
    }
  }

  #take(path: string, settings: Checked<WebSettings>): void {
    const { logger, onRead } = this.#deps;
    onRead(settings.ok);
    if (settings.ok) {
      this.#use(settings.value);
      logger.info({ path }, "the web configuration has changed; the new one is used");
    } else {
      const { problems } = settings;
      logger.warn({ path, problems }, "the web configuration cannot be used; the one before is kept");
    }
  }
}
