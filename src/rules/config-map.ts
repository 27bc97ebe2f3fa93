import { indented } from "./promql.ts";

/** A ConfigMap of Kubernetes that holds files. */
export interface ConfigMap {
  readonly name: string;
  /** By which a sidecar finds it. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Texts by file name. */
  readonly files: ReadonlyMap<string, string>;
}

/** A ConfigMap as YAML, its files as they are. */
export function renderConfigMap({ name, labels = {}, files }: ConfigMap): string {
  const pairs = Object.entries(labels).map(([label, value]) => `    ${label}: "${value}"\n`);
  const data = [...files].map(([file, text]) => `  ${file}: |\n${indented(indented(text))}`);
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
${pairs.length === 0 ? "" : `  labels:\n${pairs.join("")}`}data:
${data.join("")}`;
}
