import { KEY, type Firing } from "./promtool.ts";
import { DAYS, PAST_DAYS, type World } from "./world.ts";

const FALL = 0.15;

/** Log-likelihood of k of n under a beta-binomial with the given mean and intraclass correlation, up to a constant. */
function logLikelihood(k: number, n: number, mean: number, rho: number): number {
  const [a, b] = [(mean * (1 - rho)) / rho, ((1 - mean) * (1 - rho)) / rho];
  let sum = 0;
  for (let i = 0; i < k; i++) sum += Math.log(a + i);
  for (let i = 0; i < n - k; i++) sum += Math.log(b + i);
  for (let i = 0; i < n; i++) sum -= Math.log(a + b + i);
  return sum;
}

/** The best that can be had: a CUSUM for each labeler that knows the true share, rho and the size of the fall. */
export function oracle(world: World, threshold: number, everyHours: number): Firing {
  const perDay = 24 / everyHours;
  const found = new Map<string, number[]>();
  for (const labeler of world.labelers.keys()) {
    const pairs = world.pairs.filter((pair) => pair.labeler === labeler);
    let sum = 0;
    const ticks: number[] = [];
    for (let day = PAST_DAYS; day < DAYS; day++) {
      for (const { approved, rejected, share } of pairs) {
        const [k, n] = [approved[day] ?? 0, (approved[day] ?? 0) + (rejected[day] ?? 0)];
        const fallen = Math.max(0.02, share - FALL);
        sum += logLikelihood(k, n, fallen, world.recipe.rho) - logLikelihood(k, n, share, world.recipe.rho);
      }
      sum = Math.max(0, sum);
      // Known at the end of the day, so it fires from the next one on.
      if (sum > threshold) for (let tick = 0; tick < perDay; tick++) ticks.push((day + 1 - PAST_DAYS) * perDay + tick);
      // What is found is found: it starts again, lower, so that it can end.
      sum = Math.min(sum, threshold + 2);
    }
    found.set(KEY("oracle CUSUM", `l${labeler}`), ticks);
  }
  return found;
}
