import type { Socket } from "node:net";
import { type Server, type TLSSocket, type TlsOptions, createServer } from "node:tls";

/** How connections are encrypted. */
export interface TlsTerms {
  readonly options: TlsOptions;
  /** Whether a client may go on whose handshake is done. */
  readonly isWelcome: (socket: TLSSocket) => boolean;
}

/** What becomes of a handshake. */
export interface Handshakes {
  /** How long one may take. */
  readonly timeoutMs: number;
  readonly onDone: (socket: TLSSocket) => void;
}

function createFront({ options, isWelcome }: TlsTerms, { timeoutMs, onDone }: Handshakes): Server {
  const server = createServer({ ...options, handshakeTimeout: timeoutMs });
  server.on("secureConnection", (socket) => {
    if (isWelcome(socket)) onDone(socket);
    else socket.destroy();
  });
  // Also a handshake that takes too long.
  server.on("tlsClientError", (_error, socket) => {
    socket.destroy();
  });
  return server;
}

/**
 * Makes what begins a handshake on a connection, if connections are encrypted. It does not listen: it is handed
 * connections, as Node's documentation of the event `connection` has it. So a change of the terms holds for the next one.
 * @param current the terms for new connections: the same object as long as nothing has changed
 * @returns a function that returns false for a connection that is not to be encrypted
 */
export function createTlsFront(
  current: () => TlsTerms | undefined,
  handshakes: Handshakes,
): (socket: Socket) => boolean {
  let front: { readonly terms: TlsTerms; readonly server: Server } | undefined;
  return (socket) => {
    const terms = current();
    if (!terms) return false;
    if (front?.terms !== terms) front = { terms, server: createFront(terms, handshakes) };
    front.server.emit("connection", socket);
    return true;
  };
}
