import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--hide-scrollbars",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--virtual-time-budget=8000",
  "--enable-logging=stderr",
];

/** Takes a picture of a page in an empty profile; returns what the page wrote to its console. */
export async function screenshot(url, file, width, height) {
  const profile = await mkdtemp(join(tmpdir(), "preview-profile-"));
  try {
    const size = `--window-size=${width},${height}`;
    const flags = [...FLAGS, `--user-data-dir=${profile}`, size, `--screenshot=${file}`, url];
    const { stderr } = await promisify(execFile)("chromium", flags, { timeout: 120_000, maxBuffer: 64 << 20 });
    return stderr.split("\n").filter((line) => line.includes("CONSOLE"));
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
}
