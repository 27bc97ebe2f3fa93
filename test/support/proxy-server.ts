import { once } from "node:events";
import { type IncomingHttpHeaders, createServer } from "node:http";
import { type AddressInfo, type Socket, connect } from "node:net";

/** An HTTP proxy that tunnels, and remembers where to. */
export interface ProxyServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The `HOST:PORT` of each CONNECT. */
  readonly tunnels: readonly string[];
  /** The headers of each CONNECT. */
  readonly headers: readonly IncomingHttpHeaders[];
  readonly close: () => Promise<void>;
}

export interface ProxyOptions {
  /** Refuses every tunnel with this status. */
  readonly refusal?: string;
}

/** Starts a {@link ProxyServer} on a free port. */
export async function startProxyServer({ refusal }: ProxyOptions = {}): Promise<ProxyServer> {
  const tunnels: string[] = [];
  const seen: IncomingHttpHeaders[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    return socket;
  };
  const server = createServer((_request, response) => {
    response.writeHead(405).end("this proxy only tunnels");
  });
  server.on("connection", keep);
  server.on("connect", ({ url = "", headers }, client: Socket, head: Buffer) => {
    tunnels.push(url);
    seen.push(headers);
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal}\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${url}`);
    const target = keep(connect(Number(port), hostname));
    target.once("connect", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      target.write(head);
      target.pipe(client).pipe(target);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels, headers: seen, close };
}
