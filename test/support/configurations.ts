import { readFileSync } from "node:fs";
import { ConfigError } from "../../src/errors.ts";
import { type ConfigInputs, loadConfig } from "../../src/config/load.ts";

/** The key every case runs with; it must not turn up in any message. */
export const KEY = "rf_S3cretKeyOfTheTests";

export const HMAC_KEY = "a-secret-of-hashes-0123456789";

/** Bytes as a file is read. */
export function decoded(bytes: Buffer): string {
  return bytes.toString("utf8");
}

const FILES: Readonly<Record<string, string>> = {
  "/key": `  ${KEY}\n`,
  "/empty": "\n",
  "/two-words": `${KEY} ${KEY}`,
  "/umlaut": `${KEY}ä`,
  "/key-bom": `\uFEFF${KEY}\r\n`,
  "/key-utf16": decoded(Buffer.from(KEY, "utf16le")),
  "/hmac": `${HMAC_KEY}\n`,
  "/short": "0123456789abcde\n",
};

export interface Case {
  readonly yaml?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly flags?: ConfigInputs["flags"];
}

export interface BadCase extends Case {
  readonly name: string;
  readonly problems: readonly string[];
}

/** Sources with an environment that is enough, unless the case gives its own. */
export function sourcesOf({ yaml, env = { ROBOFLOW_API_KEY: KEY }, flags = {} }: Case): ConfigInputs {
  return {
    env,
    flags: yaml === undefined ? flags : { configFile: "/config.yml", ...flags },
    readFile: (path) => (path === "/config.yml" ? (yaml ?? "") : (FILES[path] ?? readFileSync(path, "utf8"))),
    isCronExpression: (text) => !text.includes("99"),
    knownMetrics: ["roboflow_images_labeled", "roboflow_boxes_drawn", "roboflow_approval_ratio"],
  };
}

/** The problems a case has; empty when it loads. */
export function problemsOf(given: Case): readonly string[] {
  try {
    loadConfig(sourcesOf(given));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
