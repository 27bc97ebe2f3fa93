/** Approvals and rejections of one labeler. */
export interface Decisions {
  readonly approved: number;
  readonly rejected: number;
}

/** The 97.5 % quantile of the standard normal distribution: 95 % lie between it and its negative. */
const Z = 1.959963984540054;

const count = ({ approved, rejected }: Decisions) => approved + rejected;
const share = (decisions: Decisions) => decisions.approved / count(decisions);

/** The 95 % Wilson score interval of the share of approvals, written with centre and half width. */
export function wilsonInterval(decisions: Decisions): { lower: number; upper: number } {
  const n = count(decisions);
  const p = share(decisions);
  const scale = 1 + Z ** 2 / n;
  const centre = (p + Z ** 2 / (2 * n)) / scale;
  const halfWidth = (Z / scale) * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  return { lower: centre - halfWidth, upper: centre + halfWidth };
}

/** The z-score of the difference between two shares, with the variance of the pooled one. */
export function twoProportionZ(now: Decisions, before: Decisions): number {
  const pooled = share({ approved: now.approved + before.approved, rejected: now.rejected + before.rejected });
  const variance = pooled * (1 - pooled) * (1 / count(now) + 1 / count(before));
  return (share(now) - share(before)) / Math.sqrt(variance);
}
