// Validates the objects of the Prometheus operator among rendered manifests, and writes each PrometheusRule's groups to a directory as a
// rule file, for promtool. Usage: operator-objects.mjs FILE... --rules=DIRECTORY
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PrometheusRule, ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import { parseAllDocuments, stringify } from "yaml";

const KINDS = { PrometheusRule, ServiceMonitor };
const { values, positionals } = parseArgs({ options: { rules: { type: "string" } }, allowPositionals: true });
mkdirSync(values.rules, { recursive: true });

const objects = positionals
  .flatMap((file) => parseAllDocuments(readFileSync(file, "utf8")))
  .map((document) => document.toJS())
  .filter((object) => object?.apiVersion === "monitoring.coreos.com/v1");
for (const object of objects) {
  const Kind = KINDS[object.kind];
  if (Kind === undefined) throw new Error(`no schema for the kind ${object.kind}`);
  new Kind(object).validate();
  if (object.kind === "PrometheusRule")
    writeFileSync(join(values.rules, `${object.metadata.name}.yml`), stringify(object.spec));
}
const kinds = Object.keys(KINDS).filter((kind) => !objects.some((object) => object.kind === kind));
if (kinds.length > 0) throw new Error(`none rendered of ${kinds.join(", ")}`);
console.log(`chart: ${objects.length} objects of the operator are valid`);
