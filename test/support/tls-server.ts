import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, type Server, type Socket, createServer as createTcpServer } from "node:net";
import { type TlsOptions, createServer as createTlsServer } from "node:tls";

/** A server below HTTP: what it says, byte by byte, is the test's. */
export interface SocketServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** A test's certificate or key, by the name of its file. */
export function pem(name: string): string {
  return readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), "utf8");
}

async function listen(server: Server): Promise<SocketServer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port: (server.address() as AddressInfo).port, close };
}

/** A server that does with each connection what it is given. */
export function startTcpServer(onConnection: (socket: Socket) => void): Promise<SocketServer> {
  return listen(createTcpServer(onConnection));
}

/** As {@link startTcpServer}, behind TLS with the certificate of that name. */
export function startTlsServer(
  certificate: string,
  onConnection: (socket: Socket) => void,
  options: TlsOptions = {},
): Promise<SocketServer> {
  const server = createTlsServer({ key: pem("test-only-key"), cert: pem(certificate), ...options }, (socket) => {
    socket.on("error", () => socket.destroy());
    onConnection(socket);
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return listen(server);
}

/** Says this to whatever is asked, and ends. */
export function says(text: string | Uint8Array): (socket: Socket) => void {
  return (socket) => {
    socket.once("data", () => socket.end(text));
  };
}
