import { once } from "node:events";
import { type Server, type Socket, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { checkHealth, runHealthcheck, runQuickHealthcheck } from "../../../src/cli/healthcheck.ts";
import { freeAddress } from "../../support/free-port.ts";

/** A server that does with each connection what the test says. */
async function serve(act: (socket: Socket) => void, host = "127.0.0.1"): Promise<{ host: string; port: number }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    act(socket);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server.listen(0, host), "listening");
  const address = server.address();
  return { host, port: typeof address === "object" && address !== null ? address.port : 0 };
}

const HEALTHY = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHealthy.\n";

/** Runs the command with an address, and catches what it says. */
async function run(address: string, env: Record<string, string> = {}): Promise<{ code: number; said: string }> {
  let said = "";
  const code = await runHealthcheck(address, { env, stderr: { write: (text) => (said += text) } });
  return { code, said };
}

test.each(["127.0.0.1", "localhost", "127.0.0.2"])("an exporter on %s is healthy", async (host) => {
  const { port } = await serve((socket) => socket.once("data", () => socket.end(HEALTHY)), host);
  expect(await run(`${host}:${port}`)).toEqual({ code: 0, said: "" });
});

test.each(["", "0.0.0.0", "[::]"])("listening on %s it is asked on the loopback", async (host) => {
  const { port } = await serve((socket) => socket.once("data", () => socket.end(HEALTHY)));
  expect(await run(`${host}:${port}`)).toEqual({ code: 0, said: "" });
});

test("a healthy answer is enough, although its body never ends", async () => {
  const address = await serve((socket) => {
    const endless = setInterval(() => socket.write("1\r\nx\r\n"), 5);
    socket.once("close", () => {
      clearInterval(endless);
    });
    socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  });
  expect(await checkHealth(address)).toBeUndefined();
});

test("any other answer is not healthy", async () => {
  const { port } = await serve((socket) => socket.once("data", () => socket.end(HEALTHY.replace("200 OK", "503 No"))));
  const said = `http://127.0.0.1:${port}/-/healthy answered 503\n`;
  expect(await run(`127.0.0.1:${port}`)).toEqual({ code: 1, said });
});

test.each([
  { piece: "", waits: "says nothing" },
  { piece: "H", waits: "begins to answer and never goes on" },
])("a server that $waits is not waited for", async ({ piece }) => {
  const address = await serve((socket) => {
    socket.write(piece);
  });
  const problem = await checkHealth(address, 100);
  expect(problem).toBe(`http://127.0.0.1:${address.port}/-/healthy did not answer within 0.1 s`);
});

test("an answer may come in pieces", async () => {
  const { port } = await serve((socket) => {
    socket.setNoDelay().once("data", () => {
      const [first = "", ...rest] = HEALTHY;
      socket.write(first, () => socket.write(rest.join("")));
    });
  });
  expect(await run(`127.0.0.1:${port}`)).toEqual({ code: 0, said: "" });
});

test.each([
  {
    does: "closes the connection",
    act: (socket: Socket) => socket.end(),
    says: "closed the connection without an answer",
  },
  {
    does: "speaks another protocol",
    act: (socket: Socket) => socket.write("SSH-2.0-OpenSSH\r\n"),
    says: "answered, but not in HTTP",
  },
  {
    does: "resets the connection",
    act: (socket: Socket) => socket.once("data", () => socket.resetAndDestroy()),
    says: "cannot be reached: read ECONNRESET",
  },
])("a server that $does is a clear line", async ({ act, says }) => {
  const { port } = await serve(act);
  const said = `http://127.0.0.1:${port}/-/healthy ${says}\n`;
  expect(await run(`127.0.0.1:${port}`)).toEqual({ code: 1, said });
});

test("an address without a server is a clear line for each address of the name", async () => {
  const [, port = ""] = (await freeAddress()).split(":");
  const { code, said } = await run(`localhost:${port}`);
  expect(code).toBe(1);
  expect(said).toMatch(
    new RegExp(`^http://localhost:${port}/-/healthy cannot be reached: connect [A-Z]+ \\S+${port}.*\\n$`),
  );
});

test.each(["[::1%lo]", "[::1%nowhere]", "[fe80::1%eth0]"])(
  "%s, an address with a zone, does not crash it",
  async (host) => {
    const [, port = ""] = (await freeAddress()).split(":");
    const { code, said } = await run(`${host}:${port}`);
    expect(code).toBe(1);
    expect(said).toMatch(/^http:\/\/\[\S+\]:\d+\/-\/healthy (?:cannot be reached: .+|did not answer within 3 s)\n$/);
  },
);

test.each([
  {
    address: "nowhere",
    says: '--web.listen-address: "nowhere" is not an address to listen on; use :PORT, HOST:PORT or [::1]:PORT\n',
  },
  {
    address: "",
    says: '--web.listen-address: "" is not an address to listen on; use :PORT, HOST:PORT or [::1]:PORT\n',
  },
  { address: ":99999", says: '--web.listen-address: ":99999" has a port above 65535; use one from 0 to 65535\n' },
  { address: ":0", says: '--web.listen-address: ":0" is any free port; give the one that the exporter listens on\n' },
])("$address is refused with the remedy", async ({ address, says }) => {
  expect(await run(address)).toEqual({ code: 1, said: says });
});

test.each([
  { place: "an address", address: "q7Kd93hTzVbn52XwLmPa", env: {} },
  { place: "a host", address: "q7Kd93hTzVbn52XwLmPa:1", env: {} },
  {
    place: "an address, as the environment has it",
    address: "a-key/of_words",
    env: { ROBOFLOW_API_KEY: "a-key/of_words" },
  },
])("a key in the place of $place is not shown", async ({ address, env }) => {
  const { code, said } = await run(address, env);
  expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining("<secret>") as unknown });
  expect(said).not.toContain(address);
});

test.each([
  { args: ["healthcheck", "--web.listen-address=x"], code: 1 },
  { args: ["healthcheck", "--web.listen-address", "x"], code: 1 },
  { args: ["healthcheck", "--help"], code: undefined },
  { args: ["healthcheck", "--web.listen-address"], code: undefined },
  { args: ["healthcheck", "--web.listen-address=x", "more"], code: undefined },
  { args: ["healthcheck", "more"], code: undefined },
  { args: ["demo", "--web.listen-address=x"], code: undefined },
  { args: [], code: undefined },
])("without the program, $args is $code", async ({ args, code }) => {
  expect(await runQuickHealthcheck(args, { env: {}, stderr: { write: () => undefined } })).toBe(code);
});
