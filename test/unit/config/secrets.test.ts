import { expect, test } from "vitest";
import { loadConfig } from "../../../src/config/load.ts";
import { KEY, problemsOf, sourcesOf } from "../../support/configurations.ts";

const QUOTED = "has quotes around the key; remove them (docker's --env-file keeps them)";
const VARIABLE =
  "is a variable or a template that was not expanded; give the key itself, or a variable's name in api_key_env";
const LINE = "is a whole line, with a name before the key; give only the key";
const NAMED = "is the name of a variable; give it in api_key_env, or the key itself";
const PLACEHOLDER = "is a placeholder or a shortened key; give the workspace's whole key";
const HEADER = "begins with a word of a header, such as Bearer; give only the key after it";
const REFERENCE = "is a URL or a reference that was not resolved; give the key itself";
const ENCODED = "is written as in a URL or in HTML; give the key as Roboflow shows it";
const ENDED = "ends with a separator or an escape; give the key alone";
const PATH = "is a path; give it in api_key_file or ROBOFLOW_API_KEY_FILE";
const SHORT = "is shorter than 8 characters; copy the whole key";
const FOREIGN = "contains characters that never occur in an API key; copy the key again";

const BAD: readonly (readonly [text: string, problem: string])[] = [
  ['"abcdef12345"', QUOTED],
  ["'abcdef12345'", QUOTED],
  ['abcdef12345"', QUOTED],
  ["“abcdef12345”", QUOTED],
  ["${ROBOFLOW_API_KEY}", VARIABLE],
  ["${ROBOFLOW_API_KEY:-none}", VARIABLE],
  ["$ROBOFLOW_API_KEY", VARIABLE],
  ["$(ROBOFLOW_API_KEY)", VARIABLE],
  ["$(cat /run/secrets/key)", VARIABLE],
  ["%ROBOFLOW_API_KEY%", VARIABLE],
  ["{{ roboflow_key }}", VARIABLE],
  ["ROBOFLOW_API_KEY=abcdef12345", LINE],
  ["export ROBOFLOW_API_KEY=abcdef12345", LINE],
  ["ROBOFLOW_API_KEY:abcdef12345", LINE],
  ["api_key: abcdef12345", LINE],
  ["Authorization: Bearer abcdef12345", LINE],
  ["ROBOFLOW_API_KEY", NAMED],
  ["HARBOR_KEY", NAMED],
  ["<your-key>", PLACEHOLDER],
  ["your_api_key", PLACEHOLDER],
  ["your-roboflow-key-here", PLACEHOLDER],
  ["private_api_key", PLACEHOLDER],
  ["apikey", PLACEHOLDER],
  ["changeme", PLACEHOLDER],
  ["change_me_please", PLACEHOLDER],
  ["REDACTED-1", PLACEHOLDER],
  ["sample-api-key", PLACEHOLDER],
  ["secret-key-goes-here", PLACEHOLDER],
  ["undefined", PLACEHOLDER],
  ["xxxxxxxx", PLACEHOLDER],
  ["XXXX-XXXX-XXXX", PLACEHOLDER],
  ["rf_xxxxxxxxxxxx", PLACEHOLDER],
  ["************", PLACEHOLDER],
  ["abcdef12...", PLACEHOLDER],
  ["Bearer abcdef12345", HEADER],
  ["https://api.roboflow.com/?api_key=abcdef12345", REFERENCE],
  ["op://vault/roboflow/key", REFERENCE],
  ["arn:aws:secretsmanager:eu-west-1:1:secret:roboflow", REFERENCE],
  ["vault:secret/data/roboflow#key", REFERENCE],
  ["file:/run/secrets/roboflow", REFERENCE],
  ["ENC[AES256_GCM,data:abcdef12345]", REFERENCE],
  ["%24ROBOFLOW_API_KEY", ENCODED],
  ["%22abcdef12345%22", ENCODED],
  ["&quot;abcdef12345&quot;", ENCODED],
  ["abcdef12345,", ENDED],
  ["abcdef12345;", ENDED],
  ["abcdef12345\\n", ENDED],
  ["@/run/secrets/roboflow", PATH],
  ["/run/secrets/roboflow", PATH],
  ["./roboflow.key", PATH],
  ['{"api_key":"abcdef12345"}', "is JSON; give the key alone"],
  ["abcdef 12345", "has white space in the key; give the key alone"],
  ["abcdef\n12345", "has white space in the key; give the key alone"],
  ["abcdef\u200B12345", FOREIGN],
  ["abcdäf12345", FOREIGN],
  ["abcdef1", SHORT],
  ["k3y", SHORT],
  ["a".repeat(600), "is longer than 512 characters; give the key alone"],
];

const SOURCES = [
  {
    source: "the environment",
    given: (text: string) => ({ env: { ROBOFLOW_API_KEY: text } }),
    at: "ROBOFLOW_API_KEY: <secret>",
  },
  {
    source: "the file",
    given: (text: string) => ({ env: {}, yaml: JSON.stringify({ workspaces: [{ name: "a", api_key: text }] }) }),
    at: "workspaces[0].api_key: <secret>",
  },
] as const;

test.each(SOURCES)("what cannot be a key is refused from $source, and not shown", ({ given, at }) => {
  const problems = BAD.map(([text]) => [text, problemsOf(given(text))]);
  expect(problems).toEqual(BAD.map(([text, problem]) => [text, [`${at} ${problem}`]]));
});

test.each([
  KEY,
  ` ${KEY}\n`,
  `${KEY}\r\n`,
  `\uFEFF${KEY}`,
  "rf_abcdef12345",
  "AbCdEf0123456789AbCd",
  "c2VjcmV0LWtleQ==",
  "12345678",
  "keystone-of-the-house",
  "4your5keys6",
])("takes the key %j, without the white space around it", (text) => {
  const [workspace] = loadConfig(sourcesOf({ env: { ROBOFLOW_API_KEY: text } })).workspaces;
  expect(workspace?.apiKey).toBe(text.replace("\uFEFF", "").trim());
});

test("a key file may begin with a byte order mark and end with a line", () => {
  const [workspace] = loadConfig(sourcesOf({ env: { ROBOFLOW_API_KEY_FILE: "/key-bom" } })).workspaces;
  expect(workspace?.apiKey).toBe(KEY);
});
