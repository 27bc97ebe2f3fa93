import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Exchange } from "./bounded-response.ts";

/** How many connections there may be at a time. */
export interface ConnectionCounts {
  readonly connections: number;
  readonly connectionsPerAddress: number;
}

/** A client's connection. */
export interface Connection {
  /** For an encrypted connection, first the one below, and after the handshake the one that holds what was encrypted. */
  socket: Socket;
  /** Both ends. */
  readonly ends: string;
  readonly address: string;
  /** The response that is being made or sent; undefined while the connection is idle. */
  current: ServerResponse | undefined;
  /** The requests that came since, the first one first. */
  readonly waiting: Exchange[];
}

function endsOf({ remoteAddress = "", remotePort = 0, localAddress = "" }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}

/**
 * The open connections of a server. When there are as many as there may be, or an address has all that it may have, the
 * connection goes that is idle the longest, the address's own in the second case: new scrapers come in, however many
 * connections lie about.
 */
export class OpenConnections {
  readonly #limits: ConnectionCounts;
  /** The longest unused first. */
  readonly #open = new Map<Socket, Connection>();
  readonly #perAddress = new Map<string, number>();

  constructor(limits: ConnectionCounts) {
    this.#limits = limits;
  }

  /** Takes a connection in, if need be in the place of an idle one. False when there is no place. */
  admit(socket: Socket): boolean {
    const address = socket.remoteAddress ?? "";
    if (!this.#makePlace(address)) return false;
    const connection: Connection = { socket, address, ends: endsOf(socket), current: undefined, waiting: [] };
    this.#open.set(socket, connection);
    this.#perAddress.set(address, this.#countOf(address) + 1);
    socket.once("close", () => {
      this.#remove(connection);
    });
    return true;
  }

  /** Takes the encrypted socket of a connection that is taken in, once the handshake is done. False when it has ended. */
  encrypted(socket: Socket): boolean {
    const ends = endsOf(socket);
    const connection = [...this.#open.values()].find((one) => one.ends === ends);
    if (!connection) return false;
    this.#open.delete(connection.socket);
    connection.socket = socket;
    this.#open.set(socket, connection);
    return true;
  }

  /** A connection that is taken in and has not ended. */
  find(socket: Socket): Connection | undefined {
    return this.#open.get(socket);
  }

  /** Notes that a connection has been used: of the idle ones it is the last that must go. */
  used(connection: Connection): void {
    if (this.#open.delete(connection.socket)) this.#open.set(connection.socket, connection);
  }

  /** All of them. */
  all(): Iterable<Connection> {
    return this.#open.values();
  }

  #countOf(address: string): number {
    return this.#perAddress.get(address) ?? 0;
  }

  #makePlace(address: string): boolean {
    const { connections, connectionsPerAddress } = this.#limits;
    const isFullFor = this.#countOf(address) >= connectionsPerAddress;
    if (!isFullFor && this.#open.size < connections) return true;
    const mayGo = (one: Connection) => !one.current && (!isFullFor || one.address === address);
    const oldest = [...this.#open.values()].find(mayGo);
    if (!oldest) return false;
    this.#remove(oldest);
    oldest.socket.destroy();
    return true;
  }

  #remove({ socket, address, waiting }: Connection): void {
    if (!this.#open.delete(socket)) return;
    waiting.length = 0;
    const others = this.#countOf(address) - 1;
    if (others > 0) this.#perAddress.set(address, others);
    else this.#perAddress.delete(address);
  }
}
