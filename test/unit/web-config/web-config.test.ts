import { ManualClock } from "../../support/manual-clock.ts";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import files from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { TLSSocket } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { WebConfig } from "../../../src/web-config/web-config.ts";
import { createLogCapture } from "../../support/exporter-harness.ts";
import { pem } from "../../support/tls-server.ts";

const TLS = "tls_server_config:\n  cert_file: cert.pem\n  key_file: key.pem\n";

/** An opened web configuration, whose file the test changes, and whose looks it brings about. */
async function opened(text: string) {
  const directory = mkdtempSync(path.join(tmpdir(), "web-config-"));
  const at = (name: string) => path.join(directory, name);
  const put = (name: string, content: string) => {
    writeFileSync(at(name), content);
  };
  copyFileSync("test/fixtures/tls/good.pem", at("cert.pem"));
  copyFileSync("test/fixtures/tls/test-only-key.pem", at("key.pem"));
  put("web.yml", text);
  const clock = new ManualClock();
  const { lines, logger } = createLogCapture();
  const read: boolean[] = [];
  const config = new WebConfig({ clock, files, logger, onRead: (isUsed) => void read.push(isUsed) });
  onTestFinished(() => {
    config.close();
    rmSync(directory, { recursive: true });
  });
  await config.open(at("web.yml"));
  const look = async () => {
    await clock.whenAsleep();
    clock.advance(5_000);
    await clock.whenAsleep();
  };
  const said = () => lines.map(({ level, msg }) => `${level}: ${msg}`);
  const certificate = () => config.tls()?.options.cert;
  return { config, clock, read, lines, look, put, said, certificate };
}

const CHANGED = "info: the web configuration has changed; the new one is used";
const KEPT = "warn: the web configuration cannot be used; the one before is kept";

test("a certificate that is renewed is used once it was found twice", async () => {
  const { put, look, certificate, read, said } = await opened(TLS);
  put("cert.pem", pem("elsewhere"));
  await look();
  expect(certificate()).toBe(pem("good"));
  await look();
  expect(certificate()).toBe(pem("elsewhere"));
  expect(said()).toEqual([CHANGED]);
  expect(read).toEqual([true]);
});

test("a file that is written while it is looked at has no effect", async () => {
  const { put, look, certificate, read } = await opened(TLS);
  put("web.yml", "");
  await look();
  put("web.yml", TLS);
  await look();
  await look();
  expect(certificate()).toBe(pem("good"));
  expect(read).toEqual([]);
});

test("of a broken file the settings before are kept, and it is said once", async () => {
  const { put, look, certificate, read, said, lines } = await opened(TLS);
  put("key.pem", "not a key");
  for (let looks = 0; looks < 5; looks++) await look();
  expect(certificate()).toBe(pem("good"));
  expect(said()).toEqual([KEPT]);
  expect(lines[0]?.["problems"]).toEqual([
    "key_file: does not hold a private key in PEM format without a passphrase; give one",
  ]);
  expect(read).toEqual([false]);
});

test("all is well again when the file is what it was", async () => {
  const { put, look, read, said } = await opened(TLS);
  put("web.yml", "nonsense: 1\n");
  await look();
  await look();
  put("web.yml", TLS);
  await look();
  await look();
  expect(said()).toEqual([KEPT, CHANGED]);
  expect(read).toEqual([false, true]);
});

test("TLS can be switched on and off", async () => {
  const { put, look, config } = await opened("");
  expect(config.tls()).toBeUndefined();
  put("web.yml", TLS);
  await look();
  await look();
  expect(config.tls()).toBeDefined();
  put("web.yml", "# off\n");
  await look();
  await look();
  expect(config.tls()).toBeUndefined();
});

test("settings of TLS are OpenSSL's words for Go's", async () => {
  const more = [
    "  min_version: TLS11",
    "  max_version: TLS12",
    "  cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]",
    "  curve_preferences: [CurveP384]",
    "  prefer_server_cipher_suites: false",
  ];
  const { config } = await opened(`${TLS}${more.join("\n")}\n`);
  expect(config.tls()?.options).toMatchObject({
    minVersion: "TLSv1.1",
    maxVersion: "TLSv1.2",
    ciphers: expect.stringMatching(/:AES128-SHA:@SECLEVEL=0$/) as string,
    ecdhCurve: "P-384",
    honorCipherOrder: false,
    requestCert: false,
  });
});

/** A client whose handshake is done without a certificate. */
function stranger(remoteAddress: string): TLSSocket {
  const socket = new TLSSocket(new Socket());
  Object.defineProperties(socket, { remoteAddress: { value: remoteAddress }, localAddress: { value: "10.0.0.1" } });
  return socket;
}

test("a client without the certificate that is asked for is cut off, but for one on this machine", async () => {
  const { config } = await opened(`${TLS}  client_auth_type: RequireAnyClientCert\n`);
  const welcome = config.tls()?.isWelcome;
  expect([stranger("10.0.0.2"), stranger("127.0.0.1"), stranger("10.0.0.1")].map((one) => welcome?.(one))).toEqual([
    false,
    true,
    true,
  ]);
});

test("when it is closed it looks no more", async () => {
  const { put, look, config, clock, said } = await opened(TLS);
  put("web.yml", "");
  await look();
  config.close();
  await Promise.resolve();
  clock.advance(5_000);
  expect(said()).toEqual([]);
});
