import type { WorkspaceConfig } from "../config/config.ts";
import type { ApiError } from "../errors.ts";
import { type Finding, type Judgement, failed, oneLine } from "../sources/checks.ts";
import { type KeyTest, type KeyTests, acceptedTest, isRejected } from "./test-key.ts";

/** What was seen of the key. */
export interface KeySeen {
  readonly config: WorkspaceConfig;
  /** The configured place first. The others were tested as far as they can show something. */
  readonly tests: KeyTests;
  /** Whether the statistics could be read at all. A key of few scopes may do that and yet be refused at `GET /`. */
  readonly isReadable: boolean;
}

/** A rejected key may be a publishable one. Private ones may begin in the same way, so only a rejected one is suspected. */
function failedKey(error: ApiError, apiKey: string): Judgement {
  const judgement = failed(error);
  if (error.reason !== "unauthorized" || !apiKey.startsWith("rf_")) return judgement;
  return {
    ...judgement,
    setting: `${String(judgement.setting)}; one that begins with rf_ may be publishable, for inference only`,
  };
}

/** Of a key that `GET /` accepts nowhere. */
function judgeRefusedKey(error: ApiError, { config, isReadable }: KeySeen): Judgement {
  if (!isReadable) return failedKey(error, config.apiKey);
  // Without a name in the configuration nothing could have been read.
  const name = String(config.name);
  const seen = `valid for the statistics of ${name}, but GET / failed: ${oneLine(error.message)}`;
  return { verdict: "ok", seen, setting: `name: ${name}, since GET / does not give it` };
}

/** Is the key valid, and of which workspace? */
function judgeKey(key: KeySeen): Judgement {
  const { tests, config } = key;
  const { root } = acceptedTest(tests) ?? tests[0];
  if ("error" in root) return judgeRefusedKey(root.error, key);
  const name = oneLine(root.value);
  if (config.name === undefined || config.name === root.value)
    return { verdict: "ok", seen: `valid, for the workspace ${name}`, setting: `name: ${name}` };
  const seen = `valid, but for the workspace ${name}, not for ${config.name}`;
  return { verdict: "problem", seen, setting: `name: ${name}, or a key of ${config.name}` };
}

/** Is the URL that of the workspace's region? */
function judgeRegion({ tests, config: { api }, isReadable }: KeySeen): Judgement {
  const accepted = acceptedTest(tests);
  if (accepted?.url === api.url || (!accepted && isReadable))
    return { verdict: "ok", seen: `${api.url} accepts the key`, setting: `api.url: ${api.url}` };
  if (accepted) {
    const seen = `${api.url} rejects the key, ${accepted.url} accepts it`;
    return { verdict: "problem", seen, setting: `api.url: ${accepted.url}` };
  }
  const rejecting = [...new Set(tests.filter(({ root }) => isRejected(root)).map(({ url }) => url))];
  if (rejecting.length === 0) return { verdict: "unknown", seen: `${api.url} neither accepted nor rejected the key` };
  return { verdict: "unknown", seen: `rejected by ${rejecting.join(" and ")}` };
}

const WHERE = { query: "as the api_key parameter", bearer: "in the Authorization header" } as const;

function isAccepted({ root }: KeyTest): boolean {
  return "value" in root;
}

/** Does the key go into the query or the header? */
function judgeAuth({ tests, config: { api } }: KeySeen): Judgement {
  const accepted = acceptedTest(tests);
  if (!accepted) return { verdict: "unknown", seen: "GET / rejects the key in both query and header" };
  const atUrl = tests.filter(({ url }) => url === accepted.url);
  const ways = atUrl.filter(isAccepted).map(({ auth }) => auth);
  const setting = `api.auth: ${ways.includes(api.auth) ? api.auth : accepted.auth}`;
  const verdict = ways.includes(api.auth) ? "ok" : "problem";
  const refused = atUrl.filter((test) => !isAccepted(test)).map(({ auth }) => `, not ${WHERE[auth]}`);
  return { verdict, seen: `accepted ${ways.map((way) => WHERE[way]).join(" and ")}${refused.join("")}`, setting };
}

/** What the tests of the key mean. */
export function judgeKeyTests(key: KeySeen): readonly Finding[] {
  return [
    { topic: "key", question: "Is the key valid, and for which workspace?", ...judgeKey(key) },
    { topic: "region", question: "Is the URL that of the workspace's region?", ...judgeRegion(key) },
    { topic: "auth", question: "Does the key go into the query or the header?", ...judgeAuth(key) },
  ];
}
