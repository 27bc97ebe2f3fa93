import type { Checked } from "./check.ts";
import type { EnvSettings } from "./env-schema.ts";
import type { FileSettings } from "./file-schema.ts";
import type { Report } from "./problem.ts";
import type { ReadFile } from "./secrets.ts";

/** What was read and has still to be put together. */
export interface Draft {
  readonly file: Checked<FileSettings>;
  readonly envSettings: Checked<EnvSettings>;
  /** All variables, for `api_key_env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: ReadFile;
  readonly report: Report;
}
