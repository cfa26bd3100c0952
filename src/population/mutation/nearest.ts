import type { Distribution } from "../../space/index.ts";

/** Bisections that resolve a coordinate of [0, 1] to the last bit. */
const BISECTIONS = 54;

/**
 * The value of a numeric, discrete law that lies nearest to a number; beyond the ends it is the end.
 * @param target finite
 */
export function nearest(distribution: Distribution, target: number): number {
  let low = 0;
  let high = 1;
  const at = (unit: number): number => Number(distribution.decode(unit));
  if (target <= at(low)) return at(low);
  if (target >= at(high)) return at(high);
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (at(middle) <= target) low = middle;
    else high = middle;
  }
  return target - at(low) <= at(high) - target ? at(low) : at(high);
}
