import { readFileSync } from "node:fs";

const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

function field(name: string): string {
  const value: unknown = typeof manifest === "object" && manifest !== null ? Reflect.get(manifest, name) : undefined;
  return typeof value === "string" ? value : "unknown";
}

/** The package's version: the only place it is written is package.json. */
export const VERSION = field("version");

/** Sent with every API request, so that Roboflow can tell who asks. */
export const USER_AGENT = `roboflow-exporter/${VERSION}`;
