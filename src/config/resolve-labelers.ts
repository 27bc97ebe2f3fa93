import type { LabelersConfig } from "./config.ts";
import { DEFAULTS } from "./defaults.ts";
import type { Draft } from "./draft.ts";
import type { Path } from "./problem.ts";
import { readHmacKeyFile } from "./secrets.ts";

const KEY_FILE: Path = ["labelers", "hmac_key_file"];

function hmacKey({ file, readFile, report }: Draft): string | undefined {
  const path = file.data.labelers?.hmac_key_file;
  if (path === undefined) {
    if (!file.isFlawed(KEY_FILE))
      report(KEY_FILE, "is missing; identity: hmac needs a file with the key of the hashes");
    return undefined;
  }
  const key = readHmacKeyFile(path, readFile);
  if (key.ok) return key.value;
  report(KEY_FILE, `${file.shown(KEY_FILE)} ${key.problem}`);
  return undefined;
}

/** What is published beside the ids would undo the hashing. */
function reportOpenNames({ file, report }: Draft): void {
  for (const key of ["names", "email"] as const) {
    if (file.data.labelers?.[key] !== true) continue;
    report(
      ["labelers", key],
      "true does not go with identity: hmac, which hides people; remove it or use identity: id",
    );
  }
}

/** How people appear, for every workspace. */
export function resolveLabelers(draft: Draft): LabelersConfig {
  const given = draft.file.data.labelers ?? {};
  const isHmac = given.identity === "hmac";
  if (isHmac) reportOpenNames(draft);
  if (!isHmac && given.hmac_key_file !== undefined && !draft.file.isFlawed(["labelers", "identity"])) {
    draft.report(KEY_FILE, `${draft.file.shown(KEY_FILE)} is only for identity: hmac; remove it or set identity: hmac`);
  }
  return {
    hmacKey: isHmac ? hmacKey(draft) : undefined,
    names: given.names ?? !isHmac,
    email: given.email ?? false,
    system: given.system ?? DEFAULTS.systemLabelers,
  };
}
