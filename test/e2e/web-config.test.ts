import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { freeAddress } from "../support/free-port.ts";
import { areInstalled } from "../support/installed.ts";
import { startProgram } from "../support/program.ts";
import { type Prometheus, startPrometheus } from "../support/prometheus.ts";

/** Of "secret". */
const HASH = "$2y$04$Ov6vUG2w58aJ8hquj13fQOe3X2Dvu1OoIhad4N3AT5NoxEnU0eOQi";
const PATIENCE_MS = 60_000;

const WEB_CONFIG = `tls_server_config:
  cert_file: good.pem
  key_file: test-only-key.pem
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: authority.pem
  client_allowed_sans: [localhost]
  min_version: TLS13
basic_auth_users:
  prometheus: ${HASH}
`;

/** A scrape of the exporter, and what it shows. */
function job(name: string, target: string, certificate: string | undefined, password: string): string {
  const client =
    certificate === undefined ? "" : `      cert_file: ${certificate}.pem\n      key_file: test-only-key.pem\n`;
  return `  - job_name: ${name}
    scheme: https
    tls_config:
      ca_file: authority.pem
${client}    basic_auth: { username: prometheus, password: ${password} }
    static_configs: [{ targets: ["${target}"] }]
`;
}

function prometheusConfig(target: string): string {
  return [
    "global: { scrape_interval: 1s }\nscrape_configs:\n",
    job("right", target, "good", "secret"),
    job("wrong-password", target, "good", "guess"),
    job("no-certificate", target, undefined, "secret"),
    job("stranger", target, "self-signed", "secret"),
    job("other-name", target, "elsewhere", "secret"),
  ].join("");
}

/** A directory with both programs' configurations and the certificates that they name. */
function prepare(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "web-config-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  for (const name of ["good", "test-only-key", "authority", "self-signed", "elsewhere"])
    copyFileSync(`test/fixtures/tls/${name}.pem`, path.join(directory, `${name}.pem`));
  writeFileSync(path.join(directory, "web.yml"), WEB_CONFIG);
  return directory;
}

async function valuesByJob(prometheus: Prometheus, expr: string) {
  const series = await prometheus.query(expr, Date.now() / 1000);
  return new Map(series.map(({ metric, points }) => [metric["job"], points[0]?.value]));
}

/** Whether the scrapes of a job succeed. */
const UP = new Map([
  ["right", 1],
  ["wrong-password", 0],
  ["no-certificate", 0],
  ["stranger", 0],
  ["other-name", 0],
]);

test.skipIf(!areInstalled("prometheus"))(
  "Prometheus scrapes over TLS where certificate and password are right, and nowhere else",
  async () => {
    const directory = prepare();
    const web = `--web.config.file=${path.join(directory, "web.yml")}`;
    await using exporter = startProgram(["demo", web, "--web.listen-address=127.0.0.1:0"]);
    const [, target = ""] = await exporter.waitFor(/Metrics\s+https:\/\/(\S+)\/metrics/);
    writeFileSync(path.join(directory, "prometheus.yml"), prometheusConfig(target));
    await using prometheus = await startPrometheus(directory, await freeAddress());
    await eventually(async () => {
      expect(await valuesByJob(prometheus, "up")).toEqual(UP);
      expect(await valuesByJob(prometheus, "count by (job) (roboflow_images_labeled) > bool 0")).toEqual(
        new Map([["right", 1]]),
      );
    }, PATIENCE_MS);
  },
  2 * PATIENCE_MS,
);
