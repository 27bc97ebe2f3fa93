import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An alert in a message of Alertmanager, with when and where it came in. */
export interface ReceivedAlert {
  readonly receiver: string;
  readonly atMs: number;
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What a person would be sent: a real HTTP server that takes Alertmanager's messages. */
export interface Webhook extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** In order of arrival. */
  readonly received: readonly ReceivedAlert[];
}

type Message = Pick<ReceivedAlert, "receiver"> & { readonly alerts: Omit<ReceivedAlert, "receiver" | "atMs">[] };

/** Starts a {@link Webhook} on a free port. */
export async function startWebhook(): Promise<Webhook> {
  const received: ReceivedAlert[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { receiver, alerts } = JSON.parse(body) as Message;
      for (const alert of alerts) received.push({ ...alert, receiver, atMs: Date.now() });
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, received, [Symbol.asyncDispose]: close };
}
