import { ConfigError } from "../errors.ts";
import { check, type Checked } from "./check.ts";
import type { Config } from "./config.ts";
import type { Draft } from "./draft.ts";
import { envDocument, envSchema } from "./env-schema.ts";
import { fileSchema, type FileSettings } from "./file-schema.ts";
import { type Flags, flagsDocument, flagsSchema, resolveLog, resolveStorage, resolveWeb } from "./flags.ts";
import { KEY_ORDER } from "./keys.ts";
import { messagesOf, type Problem, type Report } from "./problem.ts";
import { resolveLabelers } from "./resolve-labelers.ts";
import { resolveWorkspaces } from "./resolve-workspaces.ts";
import { type ReadFile, redact } from "./secrets.ts";
import type { SchemaDeps } from "./settings.ts";
import { showValue } from "./show.ts";
import { readYamlFile } from "./yaml-file.ts";

/** Where the configuration comes from, and what the other folders know. */
export interface ConfigSources extends SchemaDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: Flags;
  readonly readFile: ReadFile;
}

/** Nothing is known of a file that cannot be read, so nothing in it may be called missing. */
const LOST: Checked<FileSettings> = { data: {}, isFlawed: () => true, shown: showValue };

function readSettings(path: string | undefined, sources: ConfigSources, report: Report): Checked<FileSettings> {
  const file = readYamlFile(path, sources.readFile, report);
  return file === undefined ? LOST : check(fileSchema(sources), file.document, report, file.spellings);
}

/** Every secret that is known, used or not. */
function secretsIn({ env, file }: Draft, { labelers, workspaces }: Pick<Config, "labelers" | "workspaces">): string[] {
  const written = (file.data.workspaces ?? []).map(({ api_key }) => api_key);
  const used = workspaces.map(({ apiKey }) => apiKey);
  const secrets = [env["ROBOFLOW_API_KEY"], labelers.hmacKey, ...written, ...used];
  // The name of a key in the key's place is not a secret, and stands in every message about it.
  return secrets.filter((secret) => secret !== undefined).filter((secret) => !KEY_ORDER.includes(secret));
}

/**
 * Reads the configuration from flags, environment and file, in this order of precedence, and fills in the defaults.
 * @throws ConfigError with every problem found, in the order in which the docs list the keys.
 */
export function loadConfig(sources: ConfigSources): Config {
  const problems: Problem[] = [];
  const report: Report = (path, text, isCause = false) => problems.push({ path, text, isCause });
  const { data: flags, isFlawed } = check(flagsSchema(), flagsDocument(sources.flags), report);
  const envSettings = check(envSchema(sources), envDocument(sources.env), report);
  const file = isFlawed(["--config.file"]) ? LOST : readSettings(flags["--config.file"], sources, report);
  const draft: Draft = { file, envSettings, env: sources.env, readFile: sources.readFile, report };
  const labelers = resolveLabelers(draft);
  const workspaces = resolveWorkspaces(draft);
  if (problems.length > 0) {
    const secrets = secretsIn(draft, { labelers, workspaces });
    throw new ConfigError(redact(messagesOf(problems, KEY_ORDER), secrets));
  }
  const server = { web: resolveWeb(flags), storage: resolveStorage(flags), log: resolveLog(flags) };
  return { ...server, labelers, workspaces };
}
