import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How many connections there may be at a time. */
export interface RoomLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
}

/** A client's connection. */
export interface Connection {
  readonly socket: Socket;
  readonly address: string;
  /** The response that is being made or sent; undefined while the connection is idle. */
  current: ServerResponse | undefined;
  /** The requests that came since, the first one first. */
  readonly waiting: [IncomingMessage, ServerResponse][];
}

/** The connections of a server. */
export interface Room {
  /** Takes a connection in, if need be in the place of an idle one. False when there is no room. */
  readonly admit: (socket: Socket) => boolean;
  /** A connection that is taken in and has not ended. */
  readonly find: (socket: Socket) => Connection | undefined;
  /** Notes that a connection has been used: of the idle ones it is the last that must go. */
  readonly used: (connection: Connection) => void;
  readonly all: () => Iterable<Connection>;
}

/**
 * Creates a room without connections. When it is full, or an address has all that it may have, the connection goes that
 * is idle the longest, the address's own in the second case: new scrapers come in, however many connections lie about.
 */
export function createRoom({ connections, connectionsPerAddress }: RoomLimits): Room {
  /** The longest unused first. */
  const open = new Map<Socket, Connection>();
  const perAddress = new Map<string, number>();

  const remove = ({ socket, address, waiting }: Connection): void => {
    if (!open.delete(socket)) return;
    waiting.length = 0;
    const others = (perAddress.get(address) ?? 1) - 1;
    if (others > 0) perAddress.set(address, others);
    else perAddress.delete(address);
  };

  const makeRoom = (address: string): boolean => {
    const isFullFor = (perAddress.get(address) ?? 0) >= connectionsPerAddress;
    if (!isFullFor && open.size < connections) return true;
    const mayGo = (one: Connection) => !one.current && (!isFullFor || one.address === address);
    const oldest = [...open.values()].find(mayGo);
    if (!oldest) return false;
    remove(oldest);
    oldest.socket.destroy();
    return true;
  };

  const admit = (socket: Socket): boolean => {
    const address = socket.remoteAddress ?? "";
    if (!makeRoom(address)) return false;
    const connection: Connection = { socket, address, current: undefined, waiting: [] };
    open.set(socket, connection);
    perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
    socket.once("close", () => {
      remove(connection);
    });
    return true;
  };

  const used = (connection: Connection): void => {
    if (open.delete(connection.socket)) open.set(connection.socket, connection);
  };

  return { admit, find: (socket) => open.get(socket), used, all: () => open.values() };
}
