import { serveApi } from "./api.ts";
import type { Size } from "./sizes.ts";
import { start, stop } from "./start.ts";

/** 12 row metrics in 4 windows: 2,016 and 9,984 series for each workspace. */
const SIZES: readonly (Size & { readonly counts: readonly number[] })[] = [
  { name: "2k", projects: 6, labelers: 7, counts: [1, 10, 100, 500] },
  { name: "10k", projects: 13, labelers: 16, counts: [1, 100] },
];

console.log(
  "| series of each | workspaces | CPU ms a poll | of alone | stall ms | CPU ms a scrape after it | RSS MB | peak MB |",
);
for (const { counts, ...size } of SIZES) {
  let alone = NaN;
  for (const count of counts) {
    const api = `http://127.0.0.1:${await serveApi(size, true)}`;
    const { child, serving } = await start("workspaces", JSON.stringify({ api, count }));
    await stop(child);
    const { publishCpuMs = NaN, longestStallMs = NaN, scrapeCpuMs = NaN, rssMb, peakMb } = serving;
    if (count === 1) alone = publishCpuMs;
    const cells = [
      ...[size.name, String(count), publishCpuMs.toFixed(1), (publishCpuMs / alone).toFixed(2)],
      ...[longestStallMs.toFixed(1), scrapeCpuMs.toFixed(1), rssMb.toFixed(0), peakMb.toFixed(0)],
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
process.exit(0);
