/** Approvals and rejections of one labeler. */
export interface Decisions {
  readonly approved: number;
  readonly rejected: number;
}

const count = ({ approved, rejected }: Decisions) => approved + rejected;
const share = (decisions: Decisions) => decisions.approved / count(decisions);

/** What is judged: the decisions of a window of so many working days, those before it, and the target. */
export interface Judged {
  readonly now: Decisions;
  readonly past: Decisions;
  readonly days: number;
  readonly rho: number;
  readonly target: number;
}

/** The variance of n decisions on so many days is this many times that of independent ones (Kish 1965). */
function designEffect(n: number, days: number, rho: number): number {
  return 1 + rho * Math.max(n / days - 1, 0);
}

/** Standard deviations by which the window's share lies below the target. */
export function targetZ({ now, days, rho, target }: Judged): number {
  const n = count(now);
  const deviation = Math.sqrt((designEffect(n, days, rho) * target * (1 - target)) / n);
  return (target - share(now)) / deviation;
}

/** Standard deviations by which it lies below the past, for someone who is alone in a project; on the arcsine scale. */
export function fallZ({ now, past, days, rho }: Judged): number {
  const independent = count(past) / designEffect(count(past), 60, rho);
  const prior = (past.approved + 19) / (count(past) + 20);
  const expected = Math.min(0.985, (share(past) * independent + 30 * prior) / (independent + 30));
  const seen = (now.approved + 3 / 8) / (count(now) + 3 / 4);
  const variance = designEffect(count(now), days, rho) / count(now) + 1 / (independent + 30);
  return (2 * Math.asin(Math.sqrt(expected)) - 2 * Math.asin(Math.sqrt(seen))) / Math.sqrt(variance);
}

/** The shares from which the seen one is 1.96 standard deviations away: the roots of a quadratic equation. */
export function interval95({ now, days, rho }: Judged): readonly [lower: number, upper: number] {
  const spread = (1.96 ** 2 * designEffect(count(now), days, rho)) / count(now);
  const [a, b, c] = [1 + spread, 2 * share(now) + spread, share(now) ** 2];
  const root = Math.sqrt(b ** 2 - 4 * a * c);
  return [(b - root) / (2 * a), (b + root) / (2 * a)];
}
