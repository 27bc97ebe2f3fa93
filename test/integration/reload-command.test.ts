import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { addDays } from "../../src/calendar/windows.ts";
import { run } from "../../src/cli/program.ts";
import { readAgain } from "../../src/cli/signals.ts";
import { type Redactor, createRedactor } from "../../src/redact.ts";
import { samplesOf, valueOf } from "../support/exposition.ts";
import { scrape } from "../support/exporter-harness.ts";
import { type PlayedApi, playApi } from "../support/reloads.ts";
import { temporaryDirectory } from "../support/restarts.ts";
import { createTestHost } from "../support/test-host.ts";

const RELOADED = /"msg":"the configuration was reloaded"/;

/** The program on real files, with what a test needs to change them and to have them read again. */
async function startProgram(api: PlayedApi, yaml: string, flags: readonly string[] = []) {
  const directory = temporaryDirectory();
  const fileOf = (name: string) => path.join(directory, name);
  const write = (text: string, name = "config.yml") => {
    writeFileSync(fileOf(name), text.replaceAll("DIR", directory));
  };
  write(yaml);
  write("key-of-file-0123456789\n", "key");
  write(calendarWith(), "holidays.ics");
  const { host, output, stop, waitFor } = createTestHost({
    WINDOWS: "7d",
    ROBOFLOW_API_URL: api.url,
    OTHER_KEY: "other-key-0123456789",
  });
  let signal: () => void = () => undefined;
  let hide: Redactor = createRedactor([]);
  const running = run(["--web.listen-address=127.0.0.1:0", "--config.file", fileOf("config.yml"), ...flags], {
    ...{ ...host, readAgain },
    hideInCrash: (redact) => (hide = redact),
    onReloadSignal: (listener) => (signal = listener),
  });
  onTestFinished(async () => {
    stop();
    await running;
  });
  const [, url = ""] = await waitFor(/"addresses":\["([^"]+)"/);
  const hup = () => {
    signal();
  };
  return { url, output, write, fileOf, waitFor, hup, hide: (text: string) => hide(text), stop, running };
}

/** An iCalendar file with an event from one day to another. */
function calendarWith(from = "20200101", to = "20200102"): string {
  const days = [`DTSTART;VALUE=DATE:${from}`, `DTEND;VALUE=DATE:${to}`];
  const event = ["BEGIN:VEVENT", ...days, "UID:1", "SUMMARY:Days off", "END:VEVENT"];
  return ["BEGIN:VCALENDAR", "VERSION:2.0", ...event, "END:VCALENDAR", ""].join("\r\n");
}

function dayFromNow(days: number): string {
  return addDays(new Date().toISOString().slice(0, 10), days).replaceAll("-", "");
}

const post = (url: string) => fetch(`${url}/-/reload`, { method: "POST" });

test("SIGHUP reads the file, the environment and key files again, and no key shows anywhere", async () => {
  const api = await playApi();
  const program = await startProgram(api, "workspaces: [{ name: acme, api_key: first-key-0123456789 }]");
  await program.waitFor(/"msg":"poll succeeded"/);
  program.write(`
workspaces:
  - { name: acme, api_key: second-key-0123456789 }
  - { name: beta, api_key_file: DIR/key }
  - { name: gamma, api_key_env: OTHER_KEY }
`);
  program.hup();
  await program.waitFor(RELOADED);
  await program.waitFor(/(?:"msg":"poll succeeded"[^]*){4}/);
  const keys = api.requests.map(({ pathname, searchParams }) => `${pathname} ${searchParams.get("api_key") ?? ""}`);
  expect(keys.toSorted()).toEqual([
    "/acme/stats first-key-0123456789",
    "/acme/stats second-key-0123456789",
    "/beta/stats key-of-file-0123456789",
    "/gamma/stats other-key-0123456789",
  ]);
  const page = await (await fetch(program.url)).text();
  const metrics = await (await fetch(`${program.url}/metrics`)).text();
  expect(program.output.stderr + page + metrics).not.toMatch(/-key-0123456789|key-of-file/);
  const secrets = "first-key-0123456789 second-key-0123456789 key-of-file-0123456789 other-key-0123456789";
  expect(program.hide(secrets)).toBe("<secret> <secret> <secret> <secret>");
});

test("a bad file is refused with the messages of the start, without keys, and the program goes on", async () => {
  const api = await playApi();
  const good = "workspaces: [{ name: acme, api_key: first-key-0123456789 }]";
  const program = await startProgram(api, good, ["--web.enable-lifecycle"]);
  program.write(
    "poll: { interval: 7m }\nworkspaces: [{ name: second-key-0123456789, api_key: second-key-0123456789 }]",
  );
  const refused = await post(program.url);
  const text = await refused.text();
  expect(refused.status).toBe(500);
  expect(text).toMatch(/^the configuration could not be reloaded; the one before stays in use:\npoll\.interval: "7m" /);
  expect(text).toMatch(/\nworkspaces\[0\]\.name: <secret> is the API key.*\n$/);
  program.write(good);
  const taken = await post(program.url);
  expect([taken.status, await taken.text()]).toEqual([
    200,
    "The configuration was reloaded. Added: none. Removed: none. Changed: none. Unchanged: 1.\n",
  ]);
  expect(program.output.stderr).not.toContain("key-0123456789");
});

test("the page of the configuration shows the one in use, not one that was refused", async () => {
  const api = await playApi();
  const yaml = (interval: string) =>
    `poll: { interval: ${interval} }\nworkspaces: [{ name: acme, api_key: first-key-0123456789 }]`;
  const program = await startProgram(api, yaml("10m"), ["--web.enable-lifecycle"]);
  const shown = async () => /10m|7m|20m/.exec(await (await fetch(`${program.url}/config`)).text())?.[0];
  const seen = [await shown()];
  for (const interval of ["7m", "20m"]) {
    program.write(yaml(interval));
    await post(program.url);
    seen.push(await shown());
  }
  expect(seen).toEqual(["10m", "10m", "20m"]);
});

test("files that the configuration names are read again", async () => {
  const api = await playApi();
  const yaml = `
workspaces:
  - name: acme
    api_key: first-key-0123456789
    calendar: { weekdays: [monday, tuesday, wednesday, thursday, friday, saturday, sunday], hours: "00:00-24:00", holidays_file: DIR/holidays.ics }
`;
  const program = await startProgram(api, yaml);
  const working = async () =>
    samplesOf(await scrape(program.url), "roboflow_workspace_working_time").map(({ value }) => value);
  const before = await working();
  // From yesterday on, and so long that the test may go over midnight.
  program.write(calendarWith(dayFromNow(-1), dayFromNow(3)), "holidays.ics");
  program.hup();
  await program.waitFor(RELOADED);
  expect([before, await working()]).toEqual([[1], [0]]);
});

test("what can be read only once is refused, and the program does not wait for it", async () => {
  const api = await playApi();
  const program = await startProgram(api, "workspaces: [{ name: acme, api_key: first-key-0123456789 }]");
  mkdirSync(program.fileOf("directory"));
  for (const [file, problem] of [
    ["/dev/zero", "is not a regular file and can be read only once"],
    ["DIR/directory", "cannot be read \\(EISDIR: illegal operation on a directory\\)"],
  ] as const) {
    program.write(`workspaces: [{ name: acme, api_key_file: ${file} }]`);
    program.hup();
    await program.waitFor(new RegExp(problem));
  }
  expect(valueOf(await scrape(program.url), "roboflow_exporter_config_last_reload_successful")).toBe(0);
});

test("a signal after the stop reads nothing", async () => {
  const api = await playApi();
  const program = await startProgram(api, "workspaces: [{ name: acme, api_key: first-key-0123456789 }]");
  program.stop();
  program.hup();
  expect(await program.running).toBe(0);
  expect(program.output.stderr).not.toMatch(/reloaded/);
});

test("without the flag, POST /-/reload is forbidden and reads nothing", async () => {
  const api = await playApi();
  const program = await startProgram(api, "workspaces: [{ name: acme, api_key: first-key-0123456789 }]");
  expect((await post(program.url)).status).toBe(403);
  expect(program.output.stderr).not.toMatch(/reloaded/);
});
