import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

/** What promtool says of the samples that an expression is expected to give five minutes after the series begin. */
export function promtoolSays(series: readonly object[], expr: string, samples: readonly object[]): string {
  const directory = mkdtempSync(join(tmpdir(), "promtool-query-"));
  try {
    const file = join(directory, "query.test.yml");
    const queries = [{ expr, eval_time: "5m", exp_samples: samples }];
    const tests = [{ interval: "1m", input_series: series, promql_expr_test: queries }];
    writeFileSync(file, stringify({ rule_files: [], tests }));
    const { stdout, stderr } = spawnSync("promtool", ["test", "rules", file], { encoding: "utf8" });
    return `${stdout}${stderr}`;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
