/**
 * A percentage as a ratio: the API's own digits with the point two places to the left. 96.13 is 0.9613, where a division
 * by 100 gives 0.9612999999999999.
 */
export function ratioOf(percent: number): number {
  const [digits = "", exponent = "0"] = String(percent).split("e");
  return Number(`${digits}e${Number(exponent) - 2}`);
}
