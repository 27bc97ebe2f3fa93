import { readFileSync } from "node:fs";

const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

function field(name: string): string {
  const value: unknown = typeof manifest === "object" && manifest !== null ? Reflect.get(manifest, name) : undefined;
  return typeof value === "string" ? value : "unknown";
}

/** The package's version, from package.json. */
export const VERSION = field("version");

/** Sent with every API request, so that Roboflow can identify the client. */
export const USER_AGENT = `roboflow-exporter/${VERSION}`;
