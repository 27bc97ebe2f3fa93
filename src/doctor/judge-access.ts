import { type ApiError, stackOfBug } from "../errors.ts";
import { FAILURES } from "../failures.ts";
import { type Judgement, oneLine } from "./finding.ts";
import type { Door, Observations } from "./observations.ts";
import { isRejected, openDoor } from "./observe-doors.ts";

/** As many as Node.js writes, and the message's own. */
const MAX_STACK_LINES = 20;

/** The judgement of a failure that should not be. */
export function failed(error: Pick<ApiError, "reason" | "message" | "cause">): Judgement {
  const { remedy } = FAILURES[error.reason];
  const stack = stackOfBug(error)?.split("\n", MAX_STACK_LINES).map(oneLine);
  return {
    verdict: "problem",
    // The remedy has a line of its own.
    seen: oneLine(error.message.replace(`; ${remedy}`, "")),
    setting: remedy,
    ...(stack === undefined ? {} : { details: stack }),
  };
}

/** The judgement where an earlier failure left nothing to be asked. */
export const NOT_ASKED: Judgement = { verdict: "unknown", seen: "not asked, since the statistics cannot be read" };

/** Whether the statistics could be read at all. A key of few scopes may do that and yet be refused at `GET /`. */
export function readsStatistics({ recent }: Observations): boolean {
  return recent !== undefined && "value" in recent;
}

/** A rejected key may be a publishable one; private ones may begin as they do, so only a rejected one is suspected. */
function failedKey(error: Parameters<typeof failed>[0], apiKey: string): Judgement {
  const judgement = failed(error);
  if (error.reason !== "unauthorized" || !apiKey.startsWith("rf_")) return judgement;
  return {
    ...judgement,
    setting: `${judgement.setting ?? ""}; one that begins with rf_ may be publishable, for inference only`,
  };
}

/** Is the key valid, and of which workspace? */
export function judgeKey(observations: Observations): Judgement {
  const { doors, config } = observations;
  const root = (openDoor(doors) ?? doors[0])?.root;
  if (!root) return NOT_ASKED;
  if ("error" in root && readsStatistics(observations)) {
    const seen = `valid for the statistics of ${config.name ?? "?"}, though GET / says: ${oneLine(root.error.message)}`;
    return { verdict: "ok", seen, setting: `name: ${config.name ?? ""}, since the API does not tell it` };
  }
  if ("error" in root) return failedKey(root.error, config.apiKey);
  const name = oneLine(root.value);
  if (config.name === undefined || config.name === root.value)
    return { verdict: "ok", seen: `valid, of the workspace ${name}`, setting: `name: ${name}` };
  const seen = `valid, but of the workspace ${name}, not of ${config.name}`;
  return { verdict: "problem", seen, setting: `name: ${name}, or a key of ${config.name}` };
}

/** May the key read the statistics? */
export function judgeScope({ recent }: Observations): Judgement {
  if (!recent) return NOT_ASKED;
  return "error" in recent ? failed(recent.error) : { verdict: "ok", seen: "the statistics can be read" };
}

/** Is the URL that of the workspace's region? */
export function judgeRegion(observations: Observations): Judgement {
  const { doors, config } = observations;
  const { api } = config;
  const open = openDoor(doors);
  if (open?.url === api.url || (!open && readsStatistics(observations)))
    return { verdict: "ok", seen: `${api.url} knows the key`, setting: `api.url: ${api.url}` };
  if (open) {
    const seen = `${api.url} rejects the key, ${open.url} knows it`;
    return { verdict: "problem", seen, setting: `api.url: ${open.url}` };
  }
  const asked = [...new Set(doors.filter(({ root }) => isRejected(root)).map(({ url }) => url))];
  if (asked.length === 0) return { verdict: "unknown", seen: `${api.url} tells nothing of the key` };
  return { verdict: "unknown", seen: `rejected by ${asked.join(" and ")}` };
}

const WHERE = { query: "as the api_key parameter", bearer: "in the Authorization header" } as const;

function isOpen({ root }: Door): boolean {
  return "value" in root;
}

/** Does the key go into the query or the header? */
export function judgeAuth({ doors, config: { api } }: Observations): Judgement {
  const open = openDoor(doors);
  if (!open) return { verdict: "unknown", seen: "GET / accepts the key neither way" };
  const atUrl = doors.filter(({ url }) => url === open.url);
  const ways = atUrl.filter(isOpen).map(({ auth }) => auth);
  const setting = `api.auth: ${ways.includes(api.auth) ? api.auth : open.auth}`;
  const verdict = ways.includes(api.auth) ? "ok" : "problem";
  const accepted = `accepted ${ways.map((way) => WHERE[way]).join(" and ")}`;
  const refused = atUrl.filter((door) => !isOpen(door)).map(({ auth }) => `, not ${WHERE[auth]}`);
  return { verdict, seen: `${accepted}${refused.join("")}`, setting };
}
