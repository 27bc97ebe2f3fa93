import { EXAMPLE_YAML } from "./docs-example.ts";
import { KEY_FAULTS } from "./key-form.ts";
import { ENV_KEYS, FILE_KEYS, FLAG_KEYS, type KeyRow } from "./keys.ts";
import type { KeyNotes } from "./schema-parts.ts";

type DocsRow = Pick<KeyRow, "path" | keyof KeyNotes>;

/** Flags that belong to other parts of the program. */
const OTHER_FLAGS: readonly DocsRow[] = [
  { path: "--config.check", type: "switch", meaning: "Check the configuration, say what is wrong, and exit" },
  { path: "--version", type: "switch", meaning: "Print the version and exit" },
  { path: "--help", type: "switch", meaning: "Print the flags and exit" },
];

/** Keys under an override are those of the top level and stand there. */
const OVERRIDDEN = /^workspaces\[\]\.(?:api|poll|metrics|limits)\./;

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function table(head: string, rows: readonly DocsRow[]): string {
  const lines = rows.map(({ path, type, default: value = "–", meaning }) =>
    [`\`${path}\``, type, value, meaning].map(cell).join(" | "),
  );
  return [`${head} | Type | Default | Meaning`, "--- | --- | --- | ---", ...lines]
    .map((line) => `| ${line} |`)
    .join("\n");
}

const HEAD = `<!-- Written from the schemas in src/config; change those. -->

# Configuration

One workspace needs no file: set \`ROBOFLOW_API_KEY\`. More workspaces, targets and privacy need one:
\`roboflow-exporter --config.file roboflow-exporter.yml\`.

**Precedence:** flags, then environment variables, then the file, then the defaults. Within the file, a workspace's own
\`api\`, \`poll\`, \`calendar\`, \`metrics\` and \`limits\` override the top level key by key, and its \`windows\` replace the list whole.

Unknown keys are errors. All errors are shown at once, each with the key, the value and the remedy, first those from
which others may follow; no message holds a key's value. \`--config.check\` does only this.`;

const ENV_NOTES = `A variable that is set to nothing is an error: unset it instead. With several workspaces in the file,
\`ROBOFLOW_API_KEY\` and \`ROBOFLOW_API_KEY_FILE\` are not used (unless \`api_key_env\` names one) and
\`ROBOFLOW_WORKSPACE\` is an error. The other variables hold for every workspace.`;

const FILE_NOTES = `Durations are written as in Prometheus: \`30s\`, \`15m\`, \`1h30m\`, \`1d\`. Only \`timeout\` and
\`jitter\` may have \`ms\`. An API key's file is read again before each request, so that a new key needs no
restart (not by \`once\`, \`doctor\`, \`raw\` and \`backfill\`); white space around a key is not part of it.
An empty file is a valid one. A list or a mapping of which only the name is written (\`projects:\`) is as if it were not there; any other
key without a value is an error.

The file is YAML 1.2 in UTF-8, at most 1 MiB: one document. Anchors, aliases and merge keys work, and keys that begin with \`x-\` are
ignored, so that anchors can stand there:

\`\`\`yaml
x-base: &base { poll: { interval: 5m }, windows: [today, 7d] }
workspaces:
  - { <<: *base, name: aerial, api_key_env: AERIAL_KEY }
  - { <<: *base, name: harbor, api_key_env: HARBOR_KEY }
\`\`\`

Put names that look like numbers in quotes: \`"2.10"\`, \`"007"\`, \`"1e3"\`. YAML reads them as numbers without, and they are refused.

There is no limit on the number of workspaces, projects or labelers but the size of the file. A poll makes one request for each window,
project and labeler of the filters.

A text in a key's place is refused when it cannot be a key:

${KEY_FAULTS.map((fault) => `- It ${fault}.`).join("\n")}

A publishable key (\`rf_…\`) cannot read statistics; some
private keys begin with \`rf_\` too, so only the API can say.`;

const WEB_NOTES = `What one client can take is bounded, so that the others and the health check are answered:

| What | Limit |
| --- | --- |
| Scrapes at once | \`--web.max-requests\`, and three quarters of it (rounded up) for one address; then 503 with \`Retry-After\` |
| A response, to its last byte | the time the scraper says it waits (\`X-Prometheus-Scrape-Timeout-Seconds\`), at most 60 s; 30 s for others |
| Connections to a listen address | 1000, and 250 from one address; beyond that the one that is idle the longest is closed |
| Requests on one connection | answered one after the other; with more than 32 waiting the connection is closed |
| Headers | 16 KiB, else 431; complete within 10 s, else 408 |
| A request's body | not read; the connection is closed after the answer |
| An idle connection | closed after 120 s |

Behind a reverse proxy all clients have the proxy's address, and share what one address may take: with the default, 30
scrapes at once. Raise \`--web.max-requests\` if that is too little.

SIGTERM and SIGINT close idle connections, let responses that were begun go on for up to 8 s, and end the exporter.`;

const WINDOW_NOTES = `A window is a range of calendar days in \`poll.timezone\`, both ends included. It always ends with today, which is
a partial day: its numbers grow until midnight and may fall when work is undone.

Roboflow counts everything on the UTC date of the action: labeling on the day of labeling, a review on the day of the review. So keep
\`poll.timezone: UTC\`. A window's approvals may be of images labeled before it.

| Window | Days |
| --- | --- |
| \`today\` | today |
| \`<N>d\` | N days up to and including today, 1d to 3660d |
| \`week\` | Monday to today |
| \`month\` | the first of the month to today |
| \`all\` | 2023-08-01, the first day the API knows, to today |

Each window costs one request per poll and workspace; with \`totals\`, one more for each project or labeler.`;

const POLL_NOTES = `An interval divides an hour or a day evenly, so that polls fall on the same times each day; for anything else give a
cron \`schedule\`. Its steps must be even too: \`*/45\` in the minutes would mean 45 minutes, then 15.

When the API answers with \`Retry-After\`, the exporter waits that long before it tries again. A wait of over a minute ends
the poll; polls that come before the time is over fail without a request. After an hour it looks again, whatever was asked.

A poll may take as long as the interval (of a schedule: the time to the next run), at most 15 minutes; then it fails with the
reason \`timeout\`. A poll that falls into a running one is skipped and counted.

When the clocks change for daylight saving, an interval goes on as if they had not. So does a schedule whose hours are \`*\`, a step or a
range: polls of the hour that comes twice run twice. An hour that is named (\`30 2 * * *\`, \`0 2,14 * * *\`) then runs once, the first
time. A time that is left out runs as if the clocks had not changed yet: \`30 2 * * *\` runs at 3:30.

When the system's clock is set, the next poll still comes within one interval of real time. After a suspension the exporter
polls once within seconds, however many polls were missed, and until then withholds data that is older than \`poll.stale_after\`. None of it counts
as skipped. A clock that is set back keeps no data for longer.`;

const STORAGE_NOTES = `Without \`--storage.path\` there is no data after a restart until the first good poll. With it, each workspace's last
good poll is kept in a file of that directory and shown from the start, with its own time, until the next good poll replaces it or
\`poll.stale_after\` withdraws it. \`roboflow_up\` is 0 until the new process has polled. The same holds for the legacy endpoint, which has
a file and an age of its own; when it is found to be gone, its file is removed.

A file belongs to the configuration that shaped it: the workspace (or, without a name, the key), \`api.url\`, \`api.end_date\`, \`projects\`,
\`labelers\`, \`totals\`, \`windows\`, \`poll.timezone\`, and whether \`labelers\` publishes names and e-mail addresses (without names, \`labelers.system\` as well). A file of another
configuration, of another version of the format, damaged, or of a time to come is refused; the log says why, and the next good poll
replaces it. Files may be deleted at any time. Exporters may share a directory when no two of them poll the same workspace.

A directory that cannot be made or written to is an error at the start. Later failures to write fail no poll: the log says so once,
and \`roboflow_exporter_storage_errors_total\` counts them.`;
const LEGACY_NOTES = `With \`legacy: true\` a workspace's older endpoint (\`GET /workspace-stats\`) is polled too. It has what the other one
lacks: time spent, seconds per image, and days before 2023-08-01. Its metrics are the \`roboflow_legacy_*\` ones.

It has a schedule of its own (\`poll.legacy_interval\`, with the derived jitter), one request at a time beside those of
\`poll.concurrency\`, one for each window. The windows are the configured ones, with their borders in \`poll.timezone\`; \`all\` begins
on 2023-08-01 as elsewhere, and a longer window, such as \`2000d\`, goes back before it. Its data is withdrawn after three of its
intervals without a good poll, at least 1h.

Roboflow has announced that it will go. When it answers 404 or 410, that is no failure: \`roboflow_source_available\` is 0, its
metrics are withdrawn, and it is asked again at the next time. Whatever it does, the other polls go on as if it were not there.`;

/** The text of docs/configuration.md. */
export function renderConfigurationDocs(): string {
  const fileKeys = FILE_KEYS.filter(({ path }) => !OVERRIDDEN.test(path));
  const sections = [
    HEAD,
    `## Flags\n\n${table("Flag", [...FLAG_KEYS, ...OTHER_FLAGS])}`,
    `## Environment variables\n\n${table("Variable", ENV_KEYS)}\n\n${ENV_NOTES}`,
    `## Configuration file\n\n${table("Key", fileKeys)}\n\n${FILE_NOTES}`,
    `## Polls\n\n${POLL_NOTES}`,
    `## HTTP server\n\n${WEB_NOTES}`,
    `## Restarts\n\n${STORAGE_NOTES}`,
    `## Windows\n\n${WINDOW_NOTES}`,
    `## Legacy endpoint\n\n${LEGACY_NOTES}`,
    `## Example\n\n\`\`\`yaml\n${EXAMPLE_YAML}\`\`\``,
  ];
  return `${sections.join("\n\n")}\n`;
}
